import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { couponId } from '@coupon/domain';
import { HistoryReader, type History } from '@coupon/results';
import { mysqlSettings, openMysql } from '@coupon/mysql';
import type { RunRecords } from '../check/check-run.js';
import { UserError } from './user-error.js';

/** The history that k6 left in `file`. Throws UserError when there is none. */
export async function historyOf(file: string): Promise<History> {
  if (!existsSync(file)) throw new UserError(`no history at ${file}`);
  const reader = new HistoryReader();
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity }))
    reader.take(line);
  return reader.history();
}

/**
 * What the database holds of one coupon; reads only. Throws UserError when there is no such coupon.
 */
export async function rowsOf(
  databaseUrl: string,
  id: number,
): Promise<Omit<RunRecords, 'claims' | 'open'>> {
  await using mysql = openMysql(mysqlSettings({ DATABASE_URL: databaseUrl }), {
    nowMs: () => Date.now(),
  });
  const coupon = await mysql.db
    .selectFrom('coupons')
    .select(['total_quantity', 'quantity', 'per_user_limit'])
    .where('id', '=', couponId(id))
    .executeTakeFirst();
  if (coupon === undefined) throw new UserError(`there is no coupon ${id} in that database`);
  const issued = mysql.db
    .selectFrom('user_coupon')
    .select(['claim_id', 'ordinal', 'user_id', 'issued_at'])
    .where('coupon_id', '=', id)
    .orderBy('id');
  const grants = (await issued.execute()).map((row) => ({
    claimId: row.claim_id,
    ordinal: row.ordinal,
    userId: row.user_id,
    issuedAtMs: row.issued_at.getTime(),
  }));
  return {
    grants,
    total: coupon.total_quantity,
    remaining: coupon.quantity,
    perUserLimit: coupon.per_user_limit,
  };
}
