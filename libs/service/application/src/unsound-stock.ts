import { NoVerdict } from './no-verdict.js';

/**
 * More of a coupon remains than there ever was: somebody changed its row by hand, and only they can
 * repair it. Nothing is issued until then.
 */
export class UnsoundStock extends NoVerdict {
  constructor(
    readonly couponId: number,
    remaining: number,
    total: number,
  ) {
    super('inconsistent', `coupon ${couponId} does not add up: ${remaining} of ${total} remain`);
  }
}
