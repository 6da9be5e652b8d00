import { describe, expect, it } from '@jest/globals';
import { defineSettings, deriveSettings, flag, integer, oneOf, text } from './declared-settings.js';
import { ConfigFaults, SettingsReader } from './settings.js';

const about = { en: 'what it does', ko: '하는 일' };
const settings = defineSettings({
  leaseMs: integer('LEASE_MS', { default: 5, min: 1, max: 10, unit: 'ms', about }),
  fenced: flag('FENCED', { default: false, adds: 'survivesPausedHolder', about }),
  mode: oneOf('MODE', { default: 'slow', words: () => ['fast', 'slow'], about }),
  url: text('URL', {
    default: null,
    accepts: (value) => value.startsWith('x:'),
    allowed: 'x:...',
    secret: true,
    about,
  }),
});

describe('defineSettings', () => {
  it('reads values and defaults', () => {
    expect(settings({ LEASE_MS: '7', URL: 'x:y' })).toEqual({
      leaseMs: 7,
      fenced: false,
      mode: 'slow',
      url: 'x:y',
    });
  });

  it('throws all faults at once, or leaves them with the reader that it is given', () => {
    const wrong = { LEASE_MS: '11', FENCED: 'yes', MODE: 'warp', URL: 'secret' };
    const faults = [
      { variable: 'LEASE_MS', value: '11', allowed: 'a whole number from 1 to 10' },
      { variable: 'FENCED', value: 'yes', allowed: 'one of true, false' },
      { variable: 'MODE', value: 'warp', allowed: 'one of fast, slow' },
      { variable: 'URL', value: '(hidden)', allowed: 'x:...' },
    ];
    expect(() => settings(wrong)).toThrow(new ConfigFaults(faults));
    const reader = new SettingsReader(wrong);
    settings(wrong, reader);
    expect(reader.faults).toEqual(faults);
  });

  it('tells the documentation what it declares', () => {
    expect(
      settings.declared.map(({ variable, default: fallback, allowed, unit, adds }) => [
        variable,
        fallback,
        allowed,
        unit,
        adds,
      ]),
    ).toEqual([
      ['LEASE_MS', '5', '1 to 10', 'ms', undefined],
      ['FENCED', 'false', 'true, false', undefined, 'survivesPausedHolder'],
      ['MODE', 'slow', 'fast, slow', undefined, undefined],
      ['URL', null, 'x:...', undefined, undefined],
    ]);
  });
});

describe('deriveSettings', () => {
  it('keeps the declaration, and may note faults of its own', () => {
    const derived = deriveSettings(settings, ({ leaseMs, mode }, reader) =>
      mode === 'fast' && leaseMs > 5
        ? reader.fault('LEASE_MS', String(leaseMs), 'at most 5 where MODE=fast', 0)
        : leaseMs,
    );
    expect(derived.declared).toBe(settings.declared);
    expect(derived({ URL: 'x:' })).toBe(5);
    expect(() => derived({ URL: 'x:', MODE: 'fast', LEASE_MS: '6' })).toThrow(
      'LEASE_MS=6: must be at most 5 where MODE=fast',
    );
  });
});
