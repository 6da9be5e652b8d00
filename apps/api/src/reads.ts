import { NoVerdict, RequestDeadline, type MonotonicClock } from '@coupon/application';
import { BoundedSemaphore } from '@coupon/concurrency';
import { LOOKUP_CONNECTIONS } from '@coupon/mysql';

const QUEUE_MAX = 1_000;
/** Longest wait for a turn. */
const WAIT_MS = 5_000;

/**
 * The line of everything that only reads: its length and its wait are bounded. As many run at once
 * as the pool keeps from transactions, so that claims never wait behind reads.
 */
export class Reads {
  private readonly line = new BoundedSemaphore('reads', {
    concurrencyMax: LOOKUP_CONNECTIONS,
    queueMax: QUEUE_MAX,
  });

  constructor(private readonly clock: MonotonicClock) {}

  /**
   * Does `read` in its turn, and settles as it does. Rejects with NoVerdict('unavailable') when
   * too many are waiting, or when its turn does not come in time.
   */
  async run<T>(read: () => Promise<T>): Promise<T> {
    using wait = new RequestDeadline(this.clock, WAIT_MS);
    const inTurn = (): Promise<T> => {
      wait[Symbol.dispose](); // its turn has come: the deadline must not pass any more
      return read();
    };
    try {
      return await this.line.run(inTurn, wait);
    } catch (error) {
      if (wait.signal.aborted)
        throw new NoVerdict('unavailable', `reads: no turn within ${WAIT_MS} ms`, { cause: error });
      throw error;
    }
  }
}
