import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { systemClock } from '@coupon/application';
import { couponId } from '@coupon/domain';
import { HistoryReader, type History } from '@coupon/results';
import { MysqlCouponRecords, mysqlSettings, openMysql } from '@coupon/mysql';
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

/** What a history says of one coupon: claims are of one coupon only, stock changes of any. */
export const claimsOf = (
  { claims, open, stockChanges }: History,
  coupon: number,
): Pick<RunRecords, 'claims' | 'open' | 'stockChanges'> => ({
  claims,
  open,
  stockChanges: stockChanges.filter(({ couponId: id }) => id === coupon),
});

/** Reads the rows of one coupon. Throws UserError when there is no such coupon. */
export async function rowsOf(
  databaseUrl: string,
  id: number,
): Promise<Omit<RunRecords, 'claims' | 'open' | 'stockChanges'>> {
  await using mysql = openMysql(mysqlSettings({ DATABASE_URL: databaseUrl }), systemClock);
  const record = await new MysqlCouponRecords(mysql).read(couponId(id));
  if (record === null)
    throw new UserError(`coupon ${id}: must be the id of a coupon in the database; it has none`);
  const { totalQuantity, remaining, perUserLimit } = record;
  const grants = record.grants.map(({ claimId, ordinal, user, issuedAtMs }) => ({
    claimId,
    ordinal,
    userId: user,
    issuedAtMs,
  }));
  return { grants, total: totalQuantity, remaining, perUserLimit };
}
