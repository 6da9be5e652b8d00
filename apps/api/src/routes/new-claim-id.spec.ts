import { describe, expect, it } from '@jest/globals';
import { newClaimId } from './new-claim-id.js';

const AT_MS = Date.UTC(2026, 10, 23, 12, 0, 0, 123);

describe('a new claim id', () => {
  it('is a UUID of version 7 whose first 48 bits are the time', () => {
    const id = newClaimId(AT_MS);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(id.slice(0, 13).replace('-', ''), 16)).toBe(AT_MS);
  });

  it('sorts by time, and is another one within the same millisecond', () => {
    const ids = [0, 1, 2, 3].map((n) => newClaimId(AT_MS + n));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(Array.from({ length: 1_000 }, () => newClaimId(AT_MS))).size).toBe(1_000);
  });
});
