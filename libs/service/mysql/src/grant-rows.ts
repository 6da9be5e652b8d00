import { DuplicateClaim } from '@coupon/application';
import { userId, type Granted, type Terms, type UserId } from '@coupon/domain';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import { errnoOf } from './errors.js';
import type { Schema } from './schema.js';

/**
 * Inserts one row for each grant, in one statement, and leaves `coupons.quantity` alone. The grants
 * come from one call of `judge`: one coupon, one time. Rejects with DuplicateClaim, naming the
 * claims that are recorded already (errno 1062): the transaction must then be rolled back.
 */
export async function insertGrants(
  transaction: Transaction<Schema>,
  grants: readonly Granted[],
): Promise<void> {
  const [first] = grants;
  if (first === undefined) return;
  await insertionOf(first, grants)
    .execute(transaction)
    .catch((error: unknown) => {
      throw asDuplicateClaim(grants, error);
    });
}

/** The INSERT of `grants`, of which `first` is one. */
export const insertionOf = (first: Granted, grants: readonly Granted[]): RawBuilder<unknown> =>
  grants.length === 1 ? insertionOfOne(first) : insertionOfMany(first, grants);

const insertionOfOne = ({ claim, ordinal, issuedAtMs }: Granted): RawBuilder<unknown> =>
  sql`INSERT INTO user_coupon (coupon_id, user_id, ordinal, claim_id, issued_at)
    VALUES (${claim.terms.couponId}, ${claim.user}, ${ordinal}, ${claim.id},
      ${new Date(issuedAtMs)})`;

/**
 * Passes all rows as one parameter: building and escaping five values for each costs more than the
 * rest of a claim (measured).
 */
const insertionOfMany = (
  { claim, issuedAtMs }: Granted,
  grants: readonly Granted[],
): RawBuilder<unknown> => {
  const rows = grants.map((grant) => [grant.claim.user, grant.ordinal, grant.claim.id]);
  return sql`INSERT INTO user_coupon (coupon_id, user_id, ordinal, claim_id, issued_at)
    SELECT ${claim.terms.couponId}, u, o, c, ${new Date(issuedAtMs)}
    FROM JSON_TABLE(${JSON.stringify(rows)}, '$[*]' COLUMNS (u BIGINT UNSIGNED PATH '$[0]',
      o INT UNSIGNED PATH '$[1]', c CHAR(36) PATH '$[2]')) AS granted`;
};

/**
 * How many each of `users` holds, by a plain read. Empty, without a query, if there is no limit.
 */
export async function holdingsOf(
  transaction: Transaction<Schema>,
  terms: Terms,
  users: readonly UserId[],
): Promise<ReadonlyMap<UserId, number>> {
  if (terms.perUserLimit === null) return new Map();
  return heldIn((await holdingsQuery(terms, users).execute(transaction)).rows);
}

/** A row of {@link holdingsQuery}. */
export interface Holding {
  readonly user_id: number;
  readonly count: number;
}

/** The query of {@link holdingsOf}, to be sent together with others. */
export const holdingsQuery = ({ couponId }: Terms, users: readonly UserId[]): RawBuilder<Holding> =>
  sql`SELECT user_id, COUNT(*) AS count FROM user_coupon
    WHERE coupon_id = ${couponId} AND user_id IN (${sql.join(users)}) GROUP BY user_id`;

/** The rows of {@link holdingsQuery} by user. */
export const heldIn = (rows: readonly Holding[]): ReadonlyMap<UserId, number> =>
  new Map(rows.map((row) => [userId(row.user_id), row.count]));

/**
 * `error` as DuplicateClaim if it is errno 1062; otherwise unchanged. The server's message contains
 * the value, which says which claim of a batch is the duplicate.
 */
export function asDuplicateClaim(grants: readonly Granted[], error: unknown): unknown {
  if (errnoOf(error) !== 1062) return error;
  const message = error instanceof Error ? error.message : '';
  const ids = grants.map((grant) => grant.claim.id);
  const named = ids.filter((id) => message.includes(id));
  return new DuplicateClaim(named.length > 0 ? named : ids, { cause: error });
}
