import { AlreadyRecorded } from '@coupon/application';
import { userId, type Granted, type Terms, type UserId } from '@coupon/domain';
import type { Transaction } from 'kysely';
import { errnoOf } from './errors.js';
import type { Schema } from './schema.js';

/**
 * Inserts one row for each grant, in one statement; it says nothing of `coupons.quantity`. Rejects with AlreadyRecorded, naming
 * the claims, when a claim id stands there (errno 1062): the transaction must then be rolled back.
 */
export async function insertGrants(transaction: Transaction<Schema>, grants: readonly Granted[]): Promise<void> {
  const rows = grants.map(({ claim, ordinal, issuedAtMs }) => ({ coupon_id: claim.terms.couponId, user_id: claim.user, ordinal, claim_id: claim.id, issued_at: new Date(issuedAtMs) }));
  await transaction.insertInto('user_coupon').values(rows).execute().catch((error: unknown) => {
    throw errnoOf(error) === 1062 ? alreadyRecorded(grants, error) : error;
  });
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
