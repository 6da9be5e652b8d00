import type { ClaimId } from '@coupon/domain';

/**
 * A claim id is recorded already: the claim is a replay, or its idempotency key was used for
 * something else. Nothing was recorded now.
 */
export class DuplicateClaim extends Error {
  override readonly name = 'DuplicateClaim';

  /** `claims`: the ids that are recorded already. */
  constructor(
    readonly claims: readonly ClaimId[],
    options?: { readonly cause?: unknown },
  ) {
    super(`already recorded: ${claims.join(', ')}`, options);
  }
}
