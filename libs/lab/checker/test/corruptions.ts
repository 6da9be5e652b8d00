import type { ViolationKind } from '@coupon/results';
import {
  isGrant,
  isUnknown,
  type Attempt,
  type RunHistory,
  type GrantRow,
} from '../src/run-history.js';
import { idOf } from './simulator.js';

/**
 * Evidence with one thing wrong, and the claim that must be named as proof (null: there is none to
 * name).
 */
export interface Corrupted {
  readonly evidence: RunHistory;
  readonly claimId: string | null;
}

/**
 * One way for a service to be wrong. `spoil` gives null where the history has nothing that it could
 * spoil.
 */
export interface Corruption {
  readonly name: string;
  readonly found: ViolationKind;
  /** Only with numbers that are promised to be in order. */
  readonly ordered?: boolean;
  spoil(evidence: RunHistory, pick: number): Corrupted | null;
}

const stray = idOf(999_999);
const attemptsIn = ({ attempts }: RunHistory): readonly Attempt[] => attempts ?? [];
const ofClaim = (evidence: RunHistory, claimId: string): readonly Attempt[] =>
  attemptsIn(evidence).filter((attempt) => attempt.claimId === claimId);
const chosen = <T>(list: readonly T[], pick: number): T | null =>
  list[pick % Math.max(1, list.length)] ?? null;
const withAttempts = (evidence: RunHistory, change: (attempt: Attempt) => Attempt): RunHistory => ({
  ...evidence,
  attempts: attemptsIn(evidence).map(change),
});
const withRows = (evidence: RunHistory, change: (row: GrantRow) => GrantRow): RunHistory => ({
  ...evidence,
  rows: evidence.rows.map(change),
});
const withLeft = (evidence: RunHistory, more: number): RunHistory => ({
  ...evidence,
  after: { ...evidence.after, remaining: evidence.after.remaining + more },
});
const withMore = (evidence: RunHistory, ...attempts: readonly Attempt[]): RunHistory => ({
  ...evidence,
  attempts: [...attemptsIn(evidence), ...attempts],
});

/** Another number, in the row and in the answers. */
const renumbered = (evidence: RunHistory, claimId: string, ordinal: number): RunHistory => {
  const change = <T extends { readonly claimId: string; readonly ordinal: number | null }>(
    one: T,
  ): T => (one.claimId === claimId && one.ordinal !== null ? { ...one, ordinal } : one);
  return withAttempts(withRows(evidence, change), change);
};

/** Claims granted in the run whose one and only attempt was told so. */
const grantedOnce = (
  evidence: RunHistory,
): readonly {
  readonly row: GrantRow;
  readonly attempt: Attempt;
  readonly startMs: number;
  readonly endMs: number;
}[] =>
  evidence.rows.flatMap((row) => {
    const [attempt, ...others] = ofClaim(evidence, row.claimId);
    if (
      attempt === undefined ||
      others.length > 0 ||
      !isGrant(attempt) ||
      attempt.startMs === null ||
      attempt.endMs === null
    )
      return [];
    return [{ row, attempt, startMs: attempt.startMs, endMs: attempt.endMs }];
  });

/** A time after everything. */
const afterAll = (evidence: RunHistory): number =>
  10 +
  Math.max(
    0,
    ...attemptsIn(evidence).flatMap(({ startMs, endMs }) => [startMs ?? 0, endMs ?? 0]),
    ...evidence.restocks.map(({ endMs }) => endMs),
  );
const answer = (
  claimId: string,
  startMs: number,
  status: number,
  reason: string | null,
  ordinal: number | null = null,
  userId?: number,
): Attempt => ({ claimId, userId, startMs, endMs: startMs + 1, status, reason, ordinal });

const onGrant =
  (
    change: (
      evidence: RunHistory,
      grant: ReturnType<typeof grantedOnce>[number],
      pick: number,
    ) => RunHistory | null,
  ) =>
  (evidence: RunHistory, pick: number): Corrupted | null => {
    const grant = chosen(grantedOnce(evidence), pick);
    const spoilt = grant === null ? null : change(evidence, grant, pick);
    return grant === null || spoilt === null
      ? null
      : { evidence: spoilt, claimId: grant.row.claimId };
  };

/** What can go wrong with the rows and with `quantity`. */
const inTheBooks: readonly Corruption[] = [
  {
    name: 'an update of quantity is lost',
    found: 'lost-updates',
    spoil: (evidence) =>
      evidence.rows.length === 0 ? null : { evidence: withLeft(evidence, 1), claimId: null },
  },
  {
    name: 'quantity goes down without a grant',
    found: 'stock-leaked',
    spoil: (evidence) => ({ evidence: withLeft(evidence, -1), claimId: null }),
  },
  {
    name: 'more are issued than there are, and all told so',
    found: 'over-issued',
    spoil(evidence, pick) {
      // `quantity` stops at zero, or goes below it where it can.
      const remaining = pick % 2 === 0 ? 0 : -1;
      const [from, total] = [
        evidence.rows.length,
        Math.max(evidence.before.total, evidence.after.total),
      ];
      const ordinals = Array.from({ length: total + 1 - from }, (_, n) => from + n + 1);
      const rows = ordinals.map((ordinal) => ({ claimId: idOf(900_000 + ordinal), ordinal }));
      const told = rows.map(({ claimId, ordinal }, n) =>
        answer(claimId, afterAll(evidence) + 2 * n, 200, null, ordinal),
      );
      return {
        evidence: {
          ...withMore(evidence, ...told),
          rows: [...evidence.rows, ...rows],
          after: { ...evidence.after, remaining },
        },
        claimId: idOf(900_000 + total + 1),
      };
    },
  },
  {
    name: 'two coupons have one number',
    found: 'duplicate-ordinals',
    spoil: onGrant((evidence, { row }) => {
      const first = evidence.rows[0];
      return first === undefined || first === row
        ? null
        : renumbered(evidence, row.claimId, first.ordinal);
    }),
  },
  {
    name: 'a number is left out',
    found: 'missing-ordinals',
    ordered: true,
    spoil: onGrant((evidence, { row }) => {
      if (evidence.rows.length >= evidence.after.total) return null;
      const shifted = <T extends { readonly ordinal: number | null }>(one: T): T =>
        one.ordinal !== null && one.ordinal >= row.ordinal
          ? { ...one, ordinal: one.ordinal + 1 }
          : one;
      return withAttempts(withRows(evidence, shifted), shifted);
    }),
  },
  {
    name: 'a number that no coupon has',
    found: 'ordinal-out-of-range',
    spoil: onGrant((evidence, { row }, pick) =>
      renumbered(evidence, row.claimId, chosen([0, -1, evidence.after.total + 1, 1.5], pick) ?? 0),
    ),
  },
  {
    name: 'a claim has two rows',
    found: 'claim-recorded-twice',
    spoil: onGrant((evidence, { row }) =>
      withLeft(
        { ...evidence, rows: [...evidence.rows, { ...row, ordinal: evidence.rows.length + 1 }] },
        -1,
      ),
    ),
  },
  {
    name: 'a row from before is gone',
    found: 'earlier-row-gone',
    spoil(evidence, pick) {
      const gone = chosen(evidence.before.rows, pick);
      return gone === null
        ? null
        : {
            evidence: withLeft(
              {
                ...evidence,
                rows: evidence.rows.filter(({ claimId }) => claimId !== gone.claimId),
              },
              1,
            ),
            claimId: gone.claimId,
          };
    },
  },
  {
    name: 'one user gets more than the limit',
    found: 'per-user-limit',
    spoil(evidence) {
      const [most, last] = [evidence.rows.length, evidence.rows.at(-1)];
      if (most < 2 || last?.userId === undefined) return null;
      const hoarder = <T extends { readonly userId?: number | undefined }>(one: T): T => ({
        ...one,
        userId: 5,
      });
      return {
        evidence: withAttempts(withRows({ ...evidence, perUserLimit: most - 1 }, hoarder), hoarder),
        claimId: last.claimId,
      };
    },
  },
];

/** What can go wrong between what is told and what is recorded. */
const inTheAnswers: readonly Corruption[] = [
  {
    name: 'an acknowledged row is lost',
    found: 'granted-without-row',
    spoil: onGrant((evidence, { row }) =>
      withLeft({ ...evidence, rows: evidence.rows.filter((one) => one !== row) }, 1),
    ),
  },
  {
    name: 'an answer names another number',
    found: 'ordinal-differs',
    spoil: onGrant((evidence, { attempt, row }) =>
      withAttempts(evidence, (one) =>
        one === attempt ? { ...one, ordinal: row.ordinal + 1 } : one,
      ),
    ),
  },
  {
    name: 'a 200 names no number',
    found: 'ordinal-differs',
    spoil: onGrant((evidence, { attempt }) =>
      withAttempts(evidence, (one) => (one === attempt ? { ...one, ordinal: null } : one)),
    ),
  },
  {
    name: 'told that the lock was not got, but recorded',
    found: 'refused-but-recorded',
    spoil: onGrant((evidence, { attempt }) =>
      withAttempts(evidence, (one) =>
        one === attempt ? { ...one, status: 409, reason: 'LOCK_TIMEOUT', ordinal: null } : one,
      ),
    ),
  },
  {
    name: 'told 503, nothing was done, but recorded',
    found: 'refused-but-recorded',
    spoil: onGrant((evidence, { attempt }) =>
      withAttempts(evidence, (one) =>
        one === attempt ? { ...one, status: 503, reason: 'DEADLOCK', ordinal: null } : one,
      ),
    ),
  },
  {
    name: 'a row that no client asked for',
    found: 'untold-row',
    spoil: onGrant((evidence, { attempt }) => ({
      ...evidence,
      attempts: attemptsIn(evidence).filter((one) => one !== attempt),
    })),
  },
  {
    name: "a row under an id that was only refused as somebody else's key",
    found: 'untold-row',
    spoil: onGrant((evidence, { attempt }) =>
      withAttempts(evidence, (one) =>
        one === attempt ? { ...one, status: 422, reason: 'KEY_REUSED', ordinal: null } : one,
      ),
    ),
  },
  {
    name: 'the coupon goes to another user',
    found: 'user-differs',
    spoil: onGrant((evidence, { attempt, row }) =>
      attempt.userId === undefined
        ? null
        : withRows(evidence, (one) => (one === row ? { ...one, userId: 77 } : one)),
    ),
  },
  {
    name: 'a replay gets another number',
    found: 'replay-differs',
    spoil: onGrant((evidence, { row, attempt }) =>
      withMore(
        evidence,
        answer(row.claimId, afterAll(evidence), 200, null, row.ordinal + 1, attempt.userId),
      ),
    ),
  },
  {
    name: 'a replay of a grant is told sold out',
    found: 'replay-differs',
    spoil: onGrant((evidence, { row, attempt }) =>
      withMore(
        evidence,
        answer(row.claimId, afterAll(evidence), 409, 'SOLD_OUT', null, attempt.userId),
      ),
    ),
  },
  {
    name: 'a replay of a grant from before the run is told sold out',
    found: 'replay-differs',
    spoil(evidence, pick) {
      const row = chosen(evidence.before.rows, pick);
      return row === null
        ? null
        : {
            evidence: withMore(evidence, answer(row.claimId, afterAll(evidence), 409, 'SOLD_OUT')),
            claimId: row.claimId,
          };
    },
  },
  {
    name: 'stock is left, and somebody was told sold out',
    found: 'under-issued',
    spoil(evidence) {
      if (evidence.rows.length >= evidence.after.total) return null;
      return {
        evidence: withMore(evidence, answer(stray, afterAll(evidence), 409, 'SOLD_OUT')),
        claimId: stray,
      };
    },
  },
  {
    name: 'the last coupon is never given out',
    found: 'under-issued',
    spoil(evidence) {
      const last = evidence.rows.at(-1);
      const attempt = last && ofClaim(evidence, last.claimId).find(isGrant);
      const refused = attemptsIn(evidence).findLast(
        ({ reason, startMs }) =>
          reason === 'SOLD_OUT' &&
          (startMs ?? 0) > Math.max(-1, ...evidence.restocks.map(({ endMs }) => endMs)),
      );
      if (
        last === undefined ||
        attempt === undefined ||
        refused === undefined ||
        ofClaim(evidence, last.claimId).some((one) => one !== attempt)
      )
        return null;
      const kept = withLeft({ ...evidence, rows: evidence.rows.filter((row) => row !== last) }, 1);
      return {
        evidence: withAttempts(kept, (one) =>
          one === attempt ? { ...one, status: 503, reason: 'UNAVAILABLE', ordinal: null } : one,
        ),
        claimId: null,
      };
    },
  },
];

/** What only the times show. */
const inTime: readonly Corruption[] = [
  {
    name: 'sold out before anybody had claimed',
    found: 'sold-out-too-early',
    spoil(evidence) {
      const anyTime = attemptsIn(evidence).some(
        (attempt) => attempt.startMs === null && isUnknown(attempt),
      );
      const early = evidence.before.rows.length >= evidence.before.total || anyTime;
      return early
        ? null
        : { evidence: withMore(evidence, answer(stray, -50, 409, 'SOLD_OUT')), claimId: stray };
    },
  },
  {
    name: 'sold out to a claim that began after stock had come back',
    found: 'sold-out-too-early',
    spoil(evidence) {
      const backMs = afterAll(evidence);
      const restocked = {
        ...withLeft(evidence, 1),
        restocks: [...evidence.restocks, { count: 1, startMs: backMs, endMs: backMs + 3 }],
      };
      const after = { total: evidence.after.total + 1, remaining: evidence.after.remaining + 1 };
      return {
        evidence: { ...withMore(restocked, answer(stray, backMs + 4, 409, 'SOLD_OUT')), after },
        claimId: stray,
      };
    },
  },
  {
    name: 'granted from stock that comes later only',
    found: 'granted-too-early',
    spoil(evidence) {
      // A grant whose answer was lost may have waited for the stock.
      if (
        evidence.rows.some(
          ({ claimId }) =>
            !evidence.before.rows.some((row) => row.claimId === claimId) &&
            !ofClaim(evidence, claimId).some(isGrant),
        )
      )
        return null;
      const nowMs = afterAll(evidence);
      const [missing, ordinal] = [
        evidence.after.total + 1 - evidence.rows.length,
        evidence.after.total + 1,
      ];
      const rows = Array.from({ length: missing }, (_, n) => ({
        claimId: idOf(900_000 + n),
        ordinal: evidence.rows.length + n + 1,
      }));
      const told = rows.map((row, n) => answer(row.claimId, nowMs + 2 * n, 200, null, row.ordinal));
      const backMs = nowMs + 2 * missing + 1;
      const restocked = {
        ...withMore(evidence, ...told),
        rows: [...evidence.rows, ...rows],
        restocks: [...evidence.restocks, { count: 1, startMs: backMs, endMs: backMs }],
      };
      return { evidence: { ...restocked, after: { total: ordinal, remaining: 0 } }, claimId: null };
    },
  },
  {
    name: 'the limit is told to a user who holds nothing',
    found: 'limit-too-early',
    spoil(evidence) {
      if (evidence.rows.some(({ userId }) => userId === undefined)) return null;
      return {
        evidence: withMore(
          evidence,
          answer(stray, afterAll(evidence), 409, 'LIMIT_REACHED', null, 55),
        ),
        claimId: stray,
      };
    },
  },
  {
    name: 'a later claim gets the lower number',
    found: 'out-of-order',
    ordered: true,
    spoil(evidence, pick) {
      const grants = grantedOnce(evidence);
      const pairs = grants.flatMap((a) =>
        grants.filter((b) => a.endMs < b.startMs).map((b) => [a, b] as const),
      );
      const pair = chosen(pairs, pick);
      if (pair === null) return null;
      const swap = new Map([
        [pair[0].row.claimId, pair[1].row.ordinal],
        [pair[1].row.claimId, pair[0].row.ordinal],
      ]);
      const swapped = <T extends { readonly claimId: string; readonly ordinal: number | null }>(
        one: T,
      ): T => ({
        ...one,
        ordinal: one.ordinal === null ? null : (swap.get(one.claimId) ?? one.ordinal),
      });
      return {
        evidence: withAttempts(withRows(evidence, swapped), swapped),
        claimId: pair[1].row.claimId,
      };
    },
  },
  {
    name: 'a row is dated in another time zone',
    found: 'issued-outside-claim',
    spoil: onGrant((evidence, { row }, pick) =>
      withRows(evidence, (one) =>
        one === row
          ? {
              ...one,
              issuedAtMs: (one.issuedAtMs ?? 0) + (pick % 2 === 0 ? 1 : -1) * 9 * 3_600_000,
            }
          : one,
      ),
    ),
  },
];

/** All of them. */
export const corruptions: readonly Corruption[] = [...inTheBooks, ...inTheAnswers, ...inTime];
