import { NoVerdict, type MonotonicClock } from '@coupon/application';
import { BoundedSemaphore } from '@coupon/concurrency';

/** As many as the pool keeps from transactions, so that claims never wait behind reads. */
const CONCURRENCY_MAX = 2;
const QUEUE_MAX = 1_000;
/** Longest wait for a turn. */
const WAIT_MS = 5_000;

/** The line of everything that only reads: its length and its wait are bounded. */
export class Reads {
  private readonly line = new BoundedSemaphore('reads', {
    concurrencyMax: CONCURRENCY_MAX,
    queueMax: QUEUE_MAX,
  });

  constructor(private readonly clock: MonotonicClock) {}

  /**
   * Does `read` in its turn, and settles as it does. Rejects with NoVerdict('unavailable') when
   * too many are waiting, or when its turn does not come in time.
   */
  async run<T>(read: () => Promise<T>): Promise<T> {
    const wait = new AbortController();
    const timer = setTimeout(() => wait.abort(), WAIT_MS);
    const inTurn = (): Promise<T> => {
      clearTimeout(timer);
      return read();
    };
    const deadline = { atMs: this.clock.monotonicMs() + WAIT_MS, signal: wait.signal };
    try {
      return await this.line.run(inTurn, deadline);
    } catch (error) {
      if (wait.signal.aborted)
        throw new NoVerdict('unavailable', `reads: no turn within ${WAIT_MS} ms`, { cause: error });
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
