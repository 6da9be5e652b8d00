import { describe, expect, it } from '@jest/globals';
import { parseStockChange } from './stock-change.js';

const tenMs = Date.parse('2026-01-01T10:00:00Z');

describe('parseStockChange', () => {
  it.each([
    ['+50@2026-01-01T10:00:00.250Z', { by: 50, startMs: tenMs + 250, endMs: tenMs + 250 }],
    ['-7@2026-01-01T10:00:00Z', { by: -7, startMs: tenMs, endMs: tenMs + 999 }],
    [
      '+1@2026-01-01T19:00:00+09:00/2026-01-01T10:00:02.5Z',
      { by: 1, startMs: tenMs, endMs: tenMs + 2_500 },
    ],
    ['+50', { by: 50, startMs: -Infinity, endMs: Infinity }],
  ])('reads %s', (text, change) => {
    expect(parseStockChange(text)).toEqual(change);
  });

  it.each([
    ...['', '50', '+0', '+1.5', '+1@', '+1@noon', '+1@2026-01-01', '+1@2026-01-01T10:00:00'],
    ...['+1@2026-13-01T10:00:00Z', '+1@2026-01-01T10:00:02Z/2026-01-01T10:00:01Z', '+1/2'],
  ])('takes no %j', (text) => {
    expect(parseStockChange(text)).toBeUndefined();
  });
});
