import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { couponId } from '@coupon/domain';
import { readHistory, type History } from '@coupon/contract';
import { mysqlSettings, openMysql } from '@coupon/mysql';
import type { Evidence } from '../judge/audit.js';
import { LabFault } from './lab-fault.js';

/** The history that k6 left in `file`. Throws LabFault when there is none. */
export async function historyOf(file: string): Promise<History> {
  if (!existsSync(file)) throw new LabFault(`no history at ${file}`);
  const lines: string[] = [];
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) lines.push(line);
  return readHistory(lines);
}

/** What the database holds of one coupon; reads only. Throws LabFault when there is no such coupon. */
export async function booksOf(databaseUrl: string, id: number): Promise<Omit<Evidence, 'told'>> {
  await using mysql = openMysql(mysqlSettings({ DATABASE_URL: databaseUrl }), { nowMs: () => Date.now() });
  const coupon = await mysql.db.selectFrom('coupons').select(['total_quantity', 'quantity']).where('id', '=', couponId(id)).executeTakeFirst();
  if (coupon === undefined) throw new LabFault(`there is no coupon ${id} in that database`);
  const grants = await mysql.db.selectFrom('user_coupon').select(['claim_id as claimId', 'ordinal']).where('coupon_id', '=', id).orderBy('id').execute();
  return { grants, total: coupon.total_quantity, remaining: coupon.quantity };
}
