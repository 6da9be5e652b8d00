import { NoVerdict } from './no-verdict.js';

/**
 * A coupon's numbers contradict each other: somebody changed its row by hand, and only they can
 * repair it. Nothing is issued until then.
 */
export class UnsoundStock extends NoVerdict {
  override readonly mayConcernOneClaim = false;

  /** `found` says which numbers, for the operator. */
  constructor(
    readonly couponId: number,
    found: string,
  ) {
    super('inconsistent', `coupon ${couponId} does not add up: ${found}`);
  }
}
