import { idOf } from '../simulator.js';
import {
  afterAll,
  answer,
  chosen,
  mostOf,
  onGrant,
  renumbered,
  withAttempts,
  withLeft,
  withMore,
  withRows,
  type Corruption,
} from './corruption.js';

/** What can go wrong with the rows and with `quantity`. */
export const rowCorruptions: readonly Corruption[] = [
  {
    name: 'an update of quantity is lost',
    found: 'lost-updates',
    spoil: (history) =>
      history.rows.length === 0 ? null : { history: withLeft(history, 1), claimId: null },
  },
  {
    name: 'quantity goes down without a grant',
    found: 'stock-leaked',
    spoil: (history) => ({ history: withLeft(history, -1), claimId: null }),
  },
  {
    name: 'more are issued than there are, and all told so',
    found: 'over-issued',
    spoil(history, pick) {
      // `quantity` stops at zero, or goes below it where it can.
      const remaining = pick % 2 === 0 ? 0 : -1;
      const from = history.rows.length;
      const total = mostOf(history);
      const ordinals = Array.from({ length: total + 1 - from }, (_, n) => from + n + 1);
      const rows = ordinals.map((ordinal) => ({ claimId: idOf(900_000 + ordinal), ordinal }));
      const answers = rows.map(({ claimId, ordinal }, n) =>
        answer(claimId, afterAll(history) + 2 * n, 200, null, ordinal),
      );
      return {
        history: {
          ...withMore(history, ...answers),
          rows: [...history.rows, ...rows],
          after: { ...history.after, remaining },
        },
        claimId: idOf(900_000 + total + 1),
      };
    },
  },
  {
    name: 'two coupons have one number',
    found: 'duplicate-ordinals',
    spoil: onGrant((history, { row }) => {
      const first = history.rows[0];
      return first === undefined || first === row
        ? null
        : renumbered(history, row.claimId, first.ordinal);
    }),
  },
  {
    name: 'a number is left out',
    found: 'missing-ordinals',
    ordered: true,
    spoil: onGrant((history, { row }) => {
      if (history.rows.length >= history.after.total) return null;
      const shifted = <T extends { readonly ordinal: number | null }>(one: T): T =>
        one.ordinal !== null && one.ordinal >= row.ordinal
          ? { ...one, ordinal: one.ordinal + 1 }
          : one;
      return withAttempts(withRows(history, shifted), shifted);
    }),
  },
  {
    name: 'a number that no coupon has',
    found: 'ordinal-out-of-range',
    spoil: onGrant((history, { row }, pick) =>
      renumbered(history, row.claimId, chosen([0, -1, mostOf(history) + 1, 1.5], pick) ?? 0),
    ),
  },
  {
    name: 'a claim has two rows',
    found: 'claim-recorded-twice',
    spoil: onGrant((history, { row }) =>
      withLeft(
        { ...history, rows: [...history.rows, { ...row, ordinal: history.rows.length + 1 }] },
        -1,
      ),
    ),
  },
  {
    name: 'a row from before is gone',
    found: 'earlier-row-gone',
    spoil(history, pick) {
      const gone = chosen(history.before.rows, pick);
      return gone === null
        ? null
        : {
            history: withLeft(
              {
                ...history,
                rows: history.rows.filter(({ claimId }) => claimId !== gone.claimId),
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
    spoil(history) {
      const most = history.rows.length;
      const last = history.rows.at(-1);
      if (most < 2 || last?.userId === undefined) return null;
      const hoarder = <T extends { readonly userId?: number | undefined }>(one: T): T => ({
        ...one,
        userId: 5,
      });
      return {
        history: withAttempts(withRows({ ...history, perUserLimit: most - 1 }, hoarder), hoarder),
        claimId: last.claimId,
      };
    },
  },
];
