import { UnsoundStock } from '@coupon/application';
import type { Terms } from '@coupon/domain';

/**
 * How many of the coupon are taken, by its row. Throws UnsoundStock where its numbers cannot be.
 */
export function takenOf(
  { couponId }: Terms,
  {
    quantity,
    total_quantity: total,
  }: { readonly quantity: number; readonly total_quantity: number },
): number {
  if (quantity > total) throw new UnsoundStock(couponId, quantity, total);
  return total - quantity;
}
