/** A clock that only goes forward, for durations. */
export interface MonotonicClock {
  /**
   * Milliseconds since an arbitrary origin of this process, with fractions: leases, deadlines, ages
   * and pauses are counted in it, because a step of the wall clock must not lengthen or end them. A
   * value means nothing to another process.
   */
  monotonicMs(): number;
}

/** The time as the service knows it. */
export interface Clock extends MonotonicClock {
  /**
   * Epoch milliseconds, only for what is written down or compared with it: windows, tokens, rows.
   */
  nowMs(): number;
}
