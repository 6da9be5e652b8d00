import type { GrantArchive, RecordedGrant } from '@coupon/application';
import { claimId, couponId, userId, type ClaimId, type UserId } from '@coupon/domain';
import type { Selectable } from 'kysely';
import { lookup } from './lookup.js';
import type { Mysql } from './mysql.js';
import type { Schema } from './schema.js';

/** A grant's row as the application knows it. */
export const toGrant = (row: Selectable<Schema['user_coupon']>): RecordedGrant => ({
  id: row.id,
  claimId: claimId(row.claim_id),
  couponId: couponId(row.coupon_id),
  user: userId(row.user_id),
  ordinal: row.ordinal,
  issuedAtMs: row.issued_at.getTime(),
});

/** Grants in MySQL. */
export class MysqlGrants implements GrantArchive {
  constructor(private readonly mysql: Mysql) {}

  async find(claim: ClaimId): Promise<RecordedGrant | null> {
    const row = await lookup(
      this.mysql.db
        .selectFrom('user_coupon')
        .selectAll()
        .where('claim_id', '=', claim)
        .executeTakeFirst(),
    );
    return row === undefined ? null : toGrant(row);
  }

  async pageOf(
    user: UserId,
    after: number | null,
    limit: number,
  ): Promise<readonly RecordedGrant[]> {
    const grants = this.mysql.db
      .selectFrom('user_coupon')
      .selectAll()
      .where('user_id', '=', user)
      .where('id', '>', after ?? 0);
    return (await lookup(grants.orderBy('id').limit(limit).execute())).map(toGrant);
  }
}
