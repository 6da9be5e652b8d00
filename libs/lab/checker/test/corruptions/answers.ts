import { isGrant } from '../../src/run-history.js';
import {
  afterAll,
  answer,
  attemptsIn,
  chosen,
  ofClaim,
  onGrant,
  stray,
  withAttempts,
  withLeft,
  withMore,
  withRows,
  type Corruption,
} from './corruption.js';

/** What can go wrong between answers and rows. */
export const answerCorruptions: readonly Corruption[] = [
  {
    name: 'an acknowledged row is lost',
    found: 'granted-without-row',
    spoil: onGrant((history, { row }) =>
      withLeft({ ...history, rows: history.rows.filter((one) => one !== row) }, 1),
    ),
  },
  {
    name: 'an answer names another number',
    found: 'ordinal-differs',
    spoil: onGrant((history, { attempt, row }) =>
      withAttempts(history, (one) =>
        one === attempt ? { ...one, ordinal: row.ordinal + 1 } : one,
      ),
    ),
  },
  {
    name: 'a 200 names no number',
    found: 'ordinal-differs',
    spoil: onGrant((history, { attempt }) =>
      withAttempts(history, (one) => (one === attempt ? { ...one, ordinal: null } : one)),
    ),
  },
  {
    name: 'told "lock timeout", but recorded',
    found: 'refused-but-recorded',
    spoil: onGrant((history, { attempt }) =>
      withAttempts(history, (one) =>
        one === attempt ? { ...one, status: 409, reason: 'LOCK_TIMEOUT', ordinal: null } : one,
      ),
    ),
  },
  {
    name: 'told 503, nothing was issued, but recorded',
    found: 'refused-but-recorded',
    spoil: onGrant((history, { attempt }) =>
      withAttempts(history, (one) =>
        one === attempt ? { ...one, status: 503, reason: 'DEADLOCK', ordinal: null } : one,
      ),
    ),
  },
  {
    name: 'told 503, then granted as a replay of what nobody was granted',
    found: 'refused-but-recorded',
    spoil: onGrant((history, { attempt, endMs }) => {
      const replay = { ...attempt, startMs: endMs, endMs: endMs + 1, replayed: true };
      return withAttempts(withMore(history, replay), (one) =>
        one === attempt ? { ...one, status: 503, reason: 'UNAVAILABLE', ordinal: null } : one,
      );
    }),
  },
  {
    name: 'a row that no client asked for',
    found: 'untold-row',
    spoil: onGrant((history, { attempt }) => ({
      ...history,
      attempts: attemptsIn(history).filter((one) => one !== attempt),
    })),
  },
  {
    name: "a row under an id that was only refused as somebody else's key",
    found: 'untold-row',
    spoil: onGrant((history, { attempt }) =>
      withAttempts(history, (one) =>
        one === attempt ? { ...one, status: 422, reason: 'KEY_REUSED', ordinal: null } : one,
      ),
    ),
  },
  {
    name: 'the coupon goes to another user',
    found: 'user-differs',
    spoil: onGrant((history, { attempt, row }) =>
      attempt.userId === undefined
        ? null
        : withRows(history, (one) => (one === row ? { ...one, userId: 77 } : one)),
    ),
  },
  {
    name: 'a replay gets another number',
    found: 'replay-differs',
    spoil: onGrant((history, { row, attempt }) =>
      withMore(
        history,
        answer(row.claimId, afterAll(history), 200, null, row.ordinal + 1, attempt.userId),
      ),
    ),
  },
  {
    name: 'a replay of a grant is told sold out',
    found: 'replay-differs',
    spoil: onGrant((history, { row, attempt }) =>
      withMore(
        history,
        answer(row.claimId, afterAll(history), 409, 'SOLD_OUT', null, attempt.userId),
      ),
    ),
  },
  {
    name: 'a replay of a grant is told that the coupon is not open',
    found: 'replay-differs',
    spoil: onGrant((history, { row, attempt }) =>
      withMore(
        history,
        answer(row.claimId, afterAll(history), 409, 'NOT_OPEN', null, attempt.userId),
      ),
    ),
  },
  {
    name: "a replay of a grant is told that its key is another's",
    found: 'key-denied-to-owner',
    spoil: onGrant((history, { row, attempt }) =>
      attempt.userId === undefined
        ? null
        : withMore(
            history,
            answer(row.claimId, afterAll(history), 422, 'KEY_REUSED', null, attempt.userId),
          ),
    ),
  },
  {
    name: 'a claim is told that there is no such coupon',
    found: 'coupon-denied',
    spoil: (history) => ({
      history: withMore(history, answer(stray, afterAll(history), 404, 'NOT_FOUND')),
      claimId: stray,
    }),
  },
  {
    name: 'a replay of a grant from before the run is told sold out',
    found: 'replay-differs',
    spoil(history, pick) {
      const row = chosen(history.before.rows, pick);
      return row === null
        ? null
        : {
            history: withMore(history, answer(row.claimId, afterAll(history), 409, 'SOLD_OUT')),
            claimId: row.claimId,
          };
    },
  },
  {
    name: 'stock is left, and somebody was told sold out',
    found: 'under-issued',
    spoil(history) {
      if (history.rows.length >= history.after.total) return null;
      return {
        history: withMore(history, answer(stray, afterAll(history), 409, 'SOLD_OUT')),
        claimId: stray,
      };
    },
  },
  {
    name: 'the last coupon is never given out',
    found: 'under-issued',
    spoil(history) {
      // A cut below what was issued leaves nothing to give out.
      if (history.rows.length > history.after.total) return null;
      const last = history.rows.at(-1);
      const attempt = last && ofClaim(history, last.claimId).find(isGrant);
      const refused = attemptsIn(history).findLast(
        ({ reason, startMs }) =>
          reason === 'SOLD_OUT' &&
          (startMs ?? 0) > Math.max(-1, ...history.stockChanges.map(({ endMs }) => endMs)),
      );
      if (
        last === undefined ||
        attempt === undefined ||
        refused === undefined ||
        ofClaim(history, last.claimId).some((one) => one !== attempt)
      )
        return null;
      const kept = withLeft({ ...history, rows: history.rows.filter((row) => row !== last) }, 1);
      return {
        history: withAttempts(kept, (one) =>
          one === attempt ? { ...one, status: 503, reason: 'UNAVAILABLE', ordinal: null } : one,
        ),
        claimId: null,
      };
    },
  },
];
