import { describe, expect, it } from '@jest/globals';
import { driftOf, type Vitals } from './vitals.js';

const at = (memoryBytes: number, n: number): Vitals => ({
  atMs: n * 1_000,
  memoryBytes,
  handles: 30,
  databaseConnections: 20,
  redisConnections: 1,
});

describe('the drift of a figure over a soak', () => {
  it('compares the end with the beginning, once the process was warm', () => {
    const memory = [10, 50, ...Array.from({ length: 8 }, (_, n) => 100 + n * 10)];
    expect(driftOf(memory.map(at), 'memoryBytes')).toEqual({
      first: 105,
      last: 165,
      growth: 4 / 7,
    });
  });

  it('is none where the figure stays', () => {
    const vitals = Array.from({ length: 10 }, (_, n) => at(100, n));
    expect(driftOf(vitals, 'handles')).toEqual({ first: 30, last: 30, growth: 0 });
  });
});
