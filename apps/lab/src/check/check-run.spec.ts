import { describe, expect, it } from '@jest/globals';
import { allGuarantees as safe, type ClaimRecord } from '@coupon/results';
import { guaranteesFor, verdictOn, type GrantRow } from '@coupon/checker';
import { checkRun, type RunRecords } from './check-run.js';

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const claimed = (n: number, over: Partial<ClaimRecord> = {}): ClaimRecord => ({
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
const refused = (n: number) => claimed(n, { status: 409, reason: 'SOLD_OUT', ordinal: null });

const sound: RunRecords = {
  claims: [claimed(1), claimed(2), refused(3)],
  grants: [row(1), row(2)],
  total: 2,
  remaining: 0,
};
const unsafe = { ...safe, neverOverIssues: false, neverLosesUpdates: false };

const kinds = (records: RunRecords) =>
  checkRun(records).violations.map(({ kind, count, claims }) => ({ kind, count, claims }));

describe('checkRun', () => {
  it('finds nothing in a sound run', () => {
    expect(checkRun(sound)).toEqual({
      rows: {
        total: 2,
        issued: 2,
        remaining: 0,
        lostUpdates: 0,
        overIssued: 0,
        duplicateOrdinals: 0,
      },
      unknown: { claims: 0, granted: 0 },
      violations: [],
    });
  });

  it.each<
    [string, RunRecords, readonly { kind: string; count: number; claims: readonly string[] }[]]
  >([
    [
      'a 200 without its row',
      { ...sound, grants: [row(1)], remaining: 1 },
      [{ kind: 'granted-without-row', count: 1, claims: [id(2)] }],
    ],
    [
      'another number than told',
      { ...sound, claims: [claimed(1), claimed(2, { ordinal: 7 }), refused(3)] },
      [{ kind: 'ordinal-differs', count: 1, claims: [id(2)] }],
    ],
    [
      'a no that was recorded',
      { ...sound, claims: [claimed(1), refused(2)] },
      [{ kind: 'refused-but-recorded', count: 1, claims: [id(2)] }],
    ],
    [
      'a row of nobody',
      { ...sound, claims: [claimed(1)] },
      [{ kind: 'untold-row', count: 1, claims: [id(2)] }],
    ],
    [
      'a lost update',
      {
        claims: [claimed(1), claimed(2, { ordinal: 1 })],
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
      { claims: [claimed(1), claimed(2)], grants: [row(1), row(2)], total: 1, remaining: 0 },
      [
        { kind: 'lost-updates', count: 1, claims: [] },
        { kind: 'over-issued', count: 1, claims: [id(2)] },
      ],
    ],
  ])('finds %s', (_what, records, found) => {
    expect(kinds(records)).toEqual(found);
  });

  it.each([0, 504, 500])(
    'a claim whose answer was %d is explained by its row, or by none',
    (status) => {
      const open = (n: number) => claimed(n, { status, ordinal: null });
      expect(checkRun({ ...sound, claims: [claimed(1), open(2), open(3)] })).toMatchObject({
        unknown: { claims: 2, granted: 1 },
        violations: [],
      });
    },
  );

  it('without a history it speaks of the rows only', () => {
    expect(checkRun({ ...sound, claims: null }).violations).toEqual([]);
  });
});

describe('verdictOn', () => {
  const broken: RunRecords = {
    claims: [claimed(1), claimed(2, { ordinal: 1 })],
    grants: [row(1), row(2, 1)],
    total: 5,
    remaining: 4,
  };

  it('one that holds within a process must hold with one instance and break with two', () => {
    const local = { ...safe, acrossProcesses: false };
    const holds = (records: RunRecords, instances: number) =>
      verdictOn(checkRun(records), guaranteesFor(local, instances)).holds;
    expect([holds(sound, 1), holds(broken, 1), holds(sound, 2), holds(broken, 2)]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(verdictOn(checkRun(broken), guaranteesFor(safe, 2)).holds).toBe(false);
    expect(verdictOn(checkRun(sound), guaranteesFor(safe, 2)).holds).toBe(true);
  });

  it.each([
    ['sound as promised', sound, safe, true],
    ['broken in spite of its promise', broken, safe, false],
    ['broken as declared', broken, unsafe, true],
    ['nothing broke: no records', sound, unsafe, false],
    ['nothing issued: no records', { claims: [], grants: [], total: 2, remaining: 2 }, safe, false],
    [
      'a lie to a client, by one that may only lose updates',
      { ...broken, grants: [row(1)], remaining: 5 },
      unsafe,
      false,
    ],
  ])('%s', (_what, records, guarantees, holds) => {
    expect(verdictOn(checkRun(records), guarantees).holds).toBe(holds);
  });
});
