/** The clock of the fault lab: no step of the wall clock moves it. */
export const clock = {
  /** Milliseconds since this process began. */
  monotonicMs: (): number => performance.now(),
  /** Epoch milliseconds, for histories. */
  epochMs: (): number => performance.timeOrigin + performance.now(),
};
