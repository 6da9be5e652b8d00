import { describe, expect, it } from '@jest/globals';
import { readHistory } from './history.js';

const claim = { kind: 'claim', claimId: '0a8e1c9e-94b6-4c8a-9b0e-3d2f7b1c6a55', startMs: 1, endMs: 2, status: 200, reason: null, ordinal: 3 };

describe('readHistory', () => {
  it('keeps claims and failures apart, and counts what it cannot read', () => {
    const lines = [JSON.stringify(claim), '', JSON.stringify({ kind: 'failure', text: 'status 503' }), JSON.stringify(claim).slice(0, 40), '{"kind":"claim"}', 'k6 says hello'];
    expect(readHistory(lines)).toEqual({ claims: [claim], failures: ['status 503'], torn: 3 });
  });
});
