import type { InvariantName } from './invariants.js';
import type { RecordedClaim } from './clients/answer.js';

/** What the database holds of one coupon. */
export interface Books {
  readonly totalQuantity: number;
  readonly perUserLimit: number | null;
  readonly quantity: number;
  readonly rows: readonly {
    readonly claimId: string;
    readonly ordinal: number;
    readonly user: number;
  }[];
}

/** A law, and how it was broken: a sentence for a person. */
export interface Breach {
  readonly law: InvariantName;
  readonly what: string;
}

/** Compares what was told with what the rows say, once all is quiet. Pure; trusts nobody. */
export function audit(told: readonly RecordedClaim[], books: Books): readonly Breach[] {
  return [...stock(books), ...answers(told, books), ...soldOutTooEarly(told)];
}

function stock({ totalQuantity, perUserLimit, quantity, rows }: Books): readonly Breach[] {
  const ordinals = new Set(rows.map((row) => row.ordinal));
  const wrong = rows.filter(({ ordinal }) => ordinal < 1 || ordinal > totalQuantity);
  const held = new Map<number, number>();
  for (const { user } of rows) held.set(user, (held.get(user) ?? 0) + 1);
  const most = Math.max(0, ...held.values());
  return [
    ...breach(
      'no-coupon-too-many',
      rows.length > totalQuantity,
      `${rows.length} issued of ${totalQuantity}`,
    ),
    ...breach(
      'no-lost-update',
      quantity !== totalQuantity - rows.length,
      `quantity is ${quantity} with ${rows.length} issued of ${totalQuantity}`,
    ),
    ...breach(
      'numbered-once-each',
      ordinals.size < rows.length,
      `${rows.length} coupons have ${ordinals.size} numbers`,
    ),
    ...breach(
      'numbered-once-each',
      wrong.length > 0 && rows.length <= totalQuantity,
      `number ${wrong[0]?.ordinal} of 1..${totalQuantity}`,
    ),
    ...breach(
      'per-user-limit',
      perUserLimit !== null && most > perUserLimit,
      `a user holds ${most}, the limit is ${perUserLimit}`,
    ),
  ];
}

function answers(told: readonly RecordedClaim[], { rows }: Books): readonly Breach[] {
  const rowOf = new Map(rows.map((row) => [row.claimId, row]));
  const known = new Set<string>(told.map(({ claim }) => claim.id));
  const untold = rows.filter((row) => !known.has(row.claimId));
  return [
    ...told.flatMap(({ claim, answer }): readonly Breach[] => {
      const row = rowOf.get(claim.id);
      switch (answer.kind) {
        case 'granted':
          if (row === undefined)
            return breach('answers-match-rows', true, 'a granted claim has no row');
          if (row.user !== claim.user)
            return breach(
              'answers-match-rows',
              true,
              "the row of a granted claim is another user's",
            );
          return breach(
            'answers-match-rows',
            row.ordinal !== answer.ordinal,
            `told number ${answer.ordinal}, the row says ${row.ordinal}`,
          );
        case 'refused':
          return breach(
            'answers-match-rows',
            row !== undefined,
            `told ${answer.refusal}, but the row is there`,
          );
        case 'no-verdict':
          return breach(
            'answers-match-rows',
            row !== undefined && answer.noVerdict !== 'indeterminate',
            `told ${answer.noVerdict}, but the row is there (${answer.message})`,
          );
        case 'already-recorded':
          return breach(
            'answers-match-rows',
            row === undefined,
            'told to be in the books, but no row is there',
          );
        case 'error':
          return breach('only-known-errors', true, answer.message);
        case 'unanswered':
          return [];
      }
    }),
    ...breach(
      'answers-match-rows',
      untold.length > 0,
      `${untold.length} rows of claims that nobody made`,
    ),
  ];
}

/** "Sold out" is final: nobody who asks later may get one. */
function soldOutTooEarly(told: readonly RecordedClaim[]): readonly Breach[] {
  const soldOutAtMs = Math.min(
    ...told.flatMap(({ answer, answeredAtMs }) =>
      answer.kind === 'refused' && answer.refusal === 'SOLD_OUT' ? [answeredAtMs] : [],
    ),
  );
  const later = told.filter(
    ({ answer, sentAtMs }) => answer.kind === 'granted' && sentAtMs > soldOutAtMs,
  );
  return breach(
    'sold-out-is-true',
    later.length > 0,
    `told sold out, and ${later.length} later claims were granted`,
  );
}

/** One breach where `broken`, else none. */
export function breach(law: InvariantName, broken: boolean, what: string): readonly Breach[] {
  return broken ? [{ law, what }] : [];
}
