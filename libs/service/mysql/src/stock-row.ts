import { UnsoundStock } from '@coupon/application';
import type { StockSnapshot, Terms } from '@coupon/domain';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from './schema.js';

interface QuantityRow {
  readonly quantity: number;
  readonly total_quantity: number;
}

/**
 * How many of the coupon are taken, by its row. Throws UnsoundStock where its numbers cannot be.
 */
export function takenOf(
  { couponId }: Pick<Terms, 'couponId'>,
  { quantity, total_quantity: total }: QuantityRow,
): number {
  if (quantity > total) throw new UnsoundStock(couponId, `${quantity} of ${total} remain`);
  return total - quantity;
}

/** A coupon's row, as far as it says what is left, and how far its numbers are given. */
export interface StockRow extends QuantityRow {
  readonly last_ordinal: number;
}

/** The stock that a row tells of. */
export type SoundStock = Required<Pick<StockSnapshot, 'taken' | 'totalQuantity' | 'lastOrdinal'>>;

/**
 * The stock of `terms.couponId` as its row tells it. Rejects with UnsoundStock where its numbers
 * contradict each other.
 *
 * A number higher than as many as are taken was given to a coupon that came back since, or the row
 * was changed by hand. Only then `countGrants` is called, whose cost grows with the grants.
 */
export async function soundStock(
  terms: Pick<Terms, 'couponId'>,
  row: StockRow,
  countGrants: () => Promise<number>,
): Promise<SoundStock> {
  const taken = takenOf(terms, row);
  const { quantity, total_quantity: totalQuantity, last_ordinal: lastOrdinal } = row;
  if (quantity > 0 && lastOrdinal > taken) {
    const granted = await countGrants();
    if (granted !== taken)
      throw new UnsoundStock(
        terms.couponId,
        `${quantity} of ${totalQuantity} remain, ${granted} are issued`,
      );
  }
  return { taken, totalQuantity, lastOrdinal };
}

/** The query of {@link countGrants}, to be sent in another way. */
export const grantCountQuery = ({
  couponId,
}: Pick<Terms, 'couponId'>): RawBuilder<{ readonly count: number }> =>
  sql`SELECT COUNT(*) AS count FROM user_coupon WHERE coupon_id = ${couponId}`;

/** How many grants of the coupon have a row, by a plain read. */
export async function countGrants(
  transaction: Transaction<Schema>,
  terms: Pick<Terms, 'couponId'>,
): Promise<number> {
  const { rows } = await grantCountQuery(terms).execute(transaction);
  return rows[0]?.count ?? 0;
}

/** What `last_ordinal` becomes where `ordinal` is given. */
export const raisedTo = (ordinal: number): RawBuilder<number> =>
  sql`GREATEST(last_ordinal,${ordinal})`;

/**
 * One more than the highest ordinal, and than as many as are taken: for an UPDATE that takes one,
 * in which it must stand before `quantity`. No part of it is ever negative.
 */
export const nextOrdinal = sql<number>`GREATEST(last_ordinal + quantity,total_quantity) \
+ 1 - quantity`;
