import { allGuarantees as safe } from '@coupon/results';
import { describe, expect, it } from '@jest/globals';
import type { ClaimRecord } from '@coupon/results';
import { audit, verdictOn, type Evidence, type GrantRow } from './audit.js';

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const told = (n: number, over: Partial<ClaimRecord> = {}): ClaimRecord => ({
  kind: 'claim',
  claimId: id(n),
  startMs: n,
  endMs: n + 1,
  status: 200,
  reason: null,
  ordinal: n,
  ...over,
});
const row = (n: number, ordinal = n): GrantRow => ({ claimId: id(n), ordinal });
const no = (n: number) => told(n, { status: 409, reason: 'SOLD_OUT', ordinal: null });

const sound: Evidence = {
  told: [told(1), told(2), no(3)],
  grants: [row(1), row(2)],
  total: 2,
  remaining: 0,
};
const unsafe = { ...safe, neverOverIssues: false, neverLosesUpdates: false };

const kinds = (evidence: Evidence) =>
  audit(evidence).findings.map(({ kind, count, claims }) => ({ kind, count, claims }));

describe('audit', () => {
  it('finds nothing in a sound run', () => {
    expect(audit(sound)).toEqual({
      rows: {
        total: 2,
        issued: 2,
        remaining: 0,
        lostUpdates: 0,
        overIssued: 0,
        duplicateOrdinals: 0,
      },
      unknown: { claims: 0, granted: 0 },
      findings: [],
    });
  });

  it.each<
    [string, Evidence, readonly { kind: string; count: number; claims: readonly string[] }[]]
  >([
    [
      'a 200 without its row',
      { ...sound, grants: [row(1)], remaining: 1 },
      [{ kind: 'granted-without-row', count: 1, claims: [id(2)] }],
    ],
    [
      'another number than told',
      { ...sound, told: [told(1), told(2, { ordinal: 7 }), no(3)] },
      [{ kind: 'ordinal-differs', count: 1, claims: [id(2)] }],
    ],
    [
      'a no that was recorded',
      { ...sound, told: [told(1), no(2)] },
      [{ kind: 'refused-but-recorded', count: 1, claims: [id(2)] }],
    ],
    [
      'a row of nobody',
      { ...sound, told: [told(1)] },
      [{ kind: 'untold-row', count: 1, claims: [id(2)] }],
    ],
    [
      'a lost update',
      {
        told: [told(1), told(2, { ordinal: 1 })],
        grants: [row(1), row(2, 1)],
        total: 5,
        remaining: 4,
      },
      [
        { kind: 'lost-updates', count: 1, claims: [id(2)] },
        { kind: 'duplicate-ordinals', count: 1, claims: [id(2)] },
      ],
    ],
    [
      'one too many',
      { told: [told(1), told(2)], grants: [row(1), row(2)], total: 1, remaining: 0 },
      [
        { kind: 'lost-updates', count: 1, claims: [] },
        { kind: 'over-issued', count: 1, claims: [id(2)] },
      ],
    ],
  ])('finds %s', (_what, evidence, found) => {
    expect(kinds(evidence)).toEqual(found);
  });

  it.each([0, 504, 500])(
    'a claim whose answer was %d is explained by its row, or by none',
    (status) => {
      const open = (n: number) => told(n, { status, ordinal: null });
      expect(audit({ ...sound, told: [told(1), open(2), open(3)] })).toMatchObject({
        unknown: { claims: 2, granted: 1 },
        findings: [],
      });
    },
  );

  it('without a history it speaks of the rows only', () => {
    expect(audit({ ...sound, told: null }).findings).toEqual([]);
  });
});

describe('verdictOn', () => {
  const broken: Evidence = {
    told: [told(1), told(2, { ordinal: 1 })],
    grants: [row(1), row(2, 1)],
    total: 5,
    remaining: 4,
  };

  it('one that holds within a process must hold with one instance and break with two', () => {
    const local = { ...safe, acrossProcesses: false };
    const holds = (evidence: Evidence, instances: number) =>
      verdictOn(audit(evidence), local, instances).holds;
    expect([holds(sound, 1), holds(broken, 1), holds(sound, 2), holds(broken, 2)]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(verdictOn(audit(broken), safe, 2).holds).toBe(false);
    expect(verdictOn(audit(sound), safe, 2).holds).toBe(true);
  });

  it.each([
    ['sound as promised', sound, safe, true],
    ['broken in spite of its promise', broken, safe, false],
    ['broken as declared', broken, unsafe, true],
    ['nothing broke: no evidence', sound, unsafe, false],
    ['nothing issued: no evidence', { told: [], grants: [], total: 2, remaining: 2 }, safe, false],
    [
      'a lie to a client, by one that may only lose updates',
      { ...broken, grants: [row(1)], remaining: 5 },
      unsafe,
      false,
    ],
  ])('%s', (_what, evidence, guarantees, holds) => {
    expect(verdictOn(audit(evidence), guarantees).holds).toBe(holds);
  });
});
