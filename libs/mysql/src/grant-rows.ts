import { AlreadyRecorded } from '@coupon/application';
import { userId, type Granted, type Terms, type UserId } from '@coupon/domain';
import { sql, type Transaction } from 'kysely';
import { errnoOf } from './errors.js';
import type { Schema } from './schema.js';

/**
 * Inserts one row for each grant, in one statement; it says nothing of `coupons.quantity`. The grants are of one judgement: of
 * one coupon, at one time. Rejects with AlreadyRecorded, naming the claims, when a claim id stands there (errno 1062): the
 * transaction must then be rolled back.
 */
export async function insertGrants(transaction: Transaction<Schema>, grants: readonly Granted[]): Promise<void> {
  const [first] = grants;
  if (first === undefined) return;
  await (grants.length === 1 ? insertOne(transaction, first) : insertMany(transaction, first, grants)).catch((error: unknown) => {
    throw errnoOf(error) === 1062 ? alreadyRecorded(grants, error) : error;
  });
}

const insertOne = (transaction: Transaction<Schema>, { claim, ordinal, issuedAtMs }: Granted): Promise<unknown> =>
  transaction
    .insertInto('user_coupon')
    .values({ coupon_id: claim.terms.couponId, user_id: claim.user, ordinal, claim_id: claim.id, issued_at: new Date(issuedAtMs) })
    .execute();

/** The rows as one parameter: building and escaping five values for each would cost more than the rest of a claim (measured). */
function insertMany(transaction: Transaction<Schema>, { claim, issuedAtMs }: Granted, grants: readonly Granted[]): Promise<unknown> {
  const rows = JSON.stringify(grants.map((grant) => [grant.claim.user, grant.ordinal, grant.claim.id]));
  return sql`INSERT INTO user_coupon (coupon_id, user_id, ordinal, claim_id, issued_at)
    SELECT ${claim.terms.couponId}, u, o, c, ${new Date(issuedAtMs)}
    FROM JSON_TABLE(${rows}, '$[*]' COLUMNS (u BIGINT UNSIGNED PATH '$[0]', o INT UNSIGNED PATH '$[1]', c CHAR(36) PATH '$[2]')) AS granted`.execute(transaction);
}

/** How many of the coupon each of `users` holds, by a plain read; nobody is looked up where `terms` know no limit. */
export async function holdingsOf(transaction: Transaction<Schema>, terms: Terms, users: readonly UserId[]): Promise<ReadonlyMap<UserId, number>> {
  if (terms.perUser === null) return new Map();
  const rows = await transaction
    .selectFrom('user_coupon')
    .select(({ fn }) => ['user_id', fn.countAll<number>().as('count')])
    .where('coupon_id', '=', terms.couponId)
    .where('user_id', 'in', users)
    .groupBy('user_id')
    .execute();
  return new Map(rows.map((row) => [userId(row.user_id), Number(row.count)]));
}

/** Errno 1062 names the offending value in its message; in a batch that tells which claim to leave out. */
const alreadyRecorded = (grants: readonly Granted[], cause: unknown): AlreadyRecorded => {
  const message = cause instanceof Error ? cause.message : '';
  const ids = grants.map((grant) => grant.claim.id);
  const named = ids.filter((id) => message.includes(id));
  return new AlreadyRecorded(named.length > 0 ? named : ids, { cause });
};
