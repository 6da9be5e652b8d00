/**
 * How long a caller will wait. A deadline ends waiting, never a commit: what has been sent to be
 * recorded is seen through, for a little longer (answer-bound.ts). `signal` is made on first use,
 * because an AbortSignal costs a third of the whole hot path.
 */
export interface Deadline {
  /**
   * The end of the wait in milliseconds of `Clock.monotonicMs`: no epoch time, and meaningless in
   * another process.
   */
  readonly atMs: number;
  readonly signal: AbortSignal;
}
