/** The time as the service knows it. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
}
