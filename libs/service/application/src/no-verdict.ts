/**
 * contended: others held the lock for as long as the caller would wait. deadlocked: the database
 * chose this claim as its victim. lease-lost: the lock's lease ran out before the grant was
 * recorded. unavailable: a dependency is down or full. inconsistent: the coupon's records do not
 * add up (a row is gone, a number is out of range), until an operator mends them. After these five
 * nothing was issued. indeterminate: a commit was sent and its answer lost; nobody knows yet.
 */
export type NoVerdictKind =
  'contended' | 'deadlocked' | 'lease-lost' | 'unavailable' | 'inconsistent' | 'indeterminate';

/**
 * The only expected throw of a strategy or a store: no verdict was reached, and `kind` says what
 * that means.
 */
export class NoVerdict extends Error {
  override readonly name = 'NoVerdict';

  /**
   * What is inconsistent may be one claim's own, such as its user's row; everything else is what
   * all claims of a coupon depend on.
   */
  readonly mayConcernOneClaim: boolean;

  /** `message` is for logs; `cause` is the driver's own error, whose errno the logs name. */
  constructor(
    readonly kind: NoVerdictKind,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
    this.mayConcernOneClaim = kind === 'inconsistent';
  }
}
