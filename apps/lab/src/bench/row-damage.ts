import type { CouponRecords } from '@coupon/application';
import { check, newCouponHistory } from '@coupon/checker';
import { couponId } from '@coupon/domain';

/**
 * What is wrong with the rows of coupons of `stock` each, one sentence a violation; [] when nothing
 * is. Load generators keep no record of their claims, only a count of 200s (`granted`, over all
 * coupons), so the rows are checked alone. More rows than 200s are right: a load generator leaves
 * without waiting for its last answers.
 */
export async function rowDamage(
  records: CouponRecords,
  ids: readonly number[],
  granted: number,
  stock: number,
): Promise<readonly string[]> {
  const damage: string[] = [];
  let issued = 0;
  for (const id of ids) {
    const record = await records.read(couponId(id));
    if (record === null) throw new Error(`coupon ${id} has no row`);
    const history = newCouponHistory({
      attempts: null,
      rows: record.grants,
      coupon: { total: stock, remaining: record.remaining },
      perUserLimit: record.perUserLimit,
      clockSkewMaxMs: null,
    });
    const { rows, violations } = check(history, { issuesInOrder: true });
    issued += rows.issued;
    damage.push(...violations.map(({ count, text }) => `coupon ${id}: ${text} (${count})`));
  }
  if (issued < granted) damage.push(`${granted} answers of 200, but ${issued} rows`);
  return damage;
}
