import { isGrant, isUnknown } from '../../src/run-history.js';
import { idOf } from '../simulator.js';
import {
  afterAll,
  answer,
  attemptsIn,
  chosen,
  grantedOnce,
  ofClaim,
  onGrant,
  stray,
  withAttempts,
  withLeft,
  withMore,
  withRows,
  type Corruption,
} from './corruption.js';

/** What only the times show. */
export const timeCorruptions: readonly Corruption[] = [
  {
    name: 'sold out before anybody had claimed',
    found: 'sold-out-too-early',
    spoil(history) {
      const anyTime = attemptsIn(history).some(
        (attempt) => attempt.startMs === null && isUnknown(attempt),
      );
      const early = history.before.rows.length >= history.before.total || anyTime;
      return early
        ? null
        : { history: withMore(history, answer(stray, -50, 409, 'SOLD_OUT')), claimId: stray };
    },
  },
  {
    name: 'sold out to a claim that began after stock had come back',
    found: 'sold-out-too-early',
    spoil(history) {
      if (history.rows.length > history.after.total) return null;
      const backMs = afterAll(history);
      const raised = {
        ...withLeft(history, 1),
        stockChanges: [...history.stockChanges, { by: 1, startMs: backMs, endMs: backMs + 3 }],
      };
      const after = { total: history.after.total + 1, remaining: history.after.remaining + 1 };
      return {
        history: { ...withMore(raised, answer(stray, backMs + 4, 409, 'SOLD_OUT')), after },
        claimId: stray,
      };
    },
  },
  {
    name: 'granted from stock that comes later only',
    found: 'granted-too-early',
    spoil(history) {
      // A grant whose answer was lost may have waited for the stock.
      if (
        history.rows.length > history.after.total ||
        history.rows.some(
          ({ claimId }) =>
            !history.before.rows.some((row) => row.claimId === claimId) &&
            !ofClaim(history, claimId).some(isGrant),
        )
      )
        return null;
      const nowMs = afterAll(history);
      const ordinal = history.after.total + 1;
      const missing = ordinal - history.rows.length;
      const rows = Array.from({ length: missing }, (_, n) => ({
        claimId: idOf(900_000 + n),
        ordinal: history.rows.length + n + 1,
      }));
      const answers = rows.map((row, n) =>
        answer(row.claimId, nowMs + 2 * n, 200, null, row.ordinal),
      );
      const backMs = nowMs + 2 * missing + 1;
      const raised = {
        ...withMore(history, ...answers),
        rows: [...history.rows, ...rows],
        stockChanges: [...history.stockChanges, { by: 1, startMs: backMs, endMs: backMs }],
      };
      return { history: { ...raised, after: { total: ordinal, remaining: 0 } }, claimId: null };
    },
  },
  {
    name: 'granted after the total was cut to what was issued',
    found: 'granted-too-early',
    spoil(history) {
      const cut = history.after.total - history.rows.length;
      if (cut <= 0 || history.rows.some(({ claimId }) => !ofClaim(history, claimId).some(isGrant)))
        return null;
      const cutMs = afterAll(history);
      const ordinal = history.rows.length + 1;
      const made = answer(stray, cutMs + 1, 200, null, ordinal);
      return {
        history: {
          ...withMore(history, made),
          rows: [...history.rows, { claimId: stray, ordinal }],
          stockChanges: [...history.stockChanges, { by: -cut, startMs: cutMs, endMs: cutMs }],
          after: { total: history.rows.length, remaining: -1 },
        },
        claimId: stray,
      };
    },
  },
  {
    name: 'the limit is told to a user who holds nothing',
    found: 'limit-too-early',
    spoil(history) {
      if (history.rows.some(({ userId }) => userId === undefined)) return null;
      return {
        history: withMore(
          history,
          answer(stray, afterAll(history), 409, 'LIMIT_REACHED', null, 55),
        ),
        claimId: stray,
      };
    },
  },
  {
    name: 'a later claim gets the lower number',
    found: 'out-of-order',
    ordered: true,
    spoil(history, pick) {
      const grants = grantedOnce(history);
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
        history: withAttempts(withRows(history, swapped), swapped),
        claimId: pair[1].row.claimId,
      };
    },
  },
  {
    name: 'a row is dated in another time zone',
    found: 'issued-outside-claim',
    spoil: onGrant((history, { row }, pick) =>
      withRows(history, (one) =>
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
