import { NoVerdict, RequestDeadline, type Clock } from '@coupon/application';
import { BoundedSemaphore } from '@coupon/concurrency';
import { hash, verify } from '@node-rs/argon2';

/**
 * OWASP's first choice for argon2id (the library's default variant): 19 MiB, two passes, one lane.
 */
const argon2id = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

/** Hashes run on libuv's four threads, which DNS and files need as well. */
const HASHES_MAX = 2;
const QUEUE_MAX = 64;
const WAIT_MS = 10_000;

/** The hash of a random text that nobody kept: something to compare with where there is no user. */
const DECOY =
  '$argon2id$v=19$m=19456,t=2,p=1$i10+FwFy5XfmY09BG5iTYg$9CGGr0/kAEdEYC7qwNnWapM/kkWEcDHs+BDLRz+Wvo4';

/**
 * Password hashing, two at a time. All methods reject with NoVerdict('unavailable') when too many
 * are waiting, or for too long.
 */
export class Passwords {
  private readonly gate = new BoundedSemaphore('password hashing', {
    concurrencyMax: HASHES_MAX,
    queueMax: QUEUE_MAX,
  });

  constructor(private readonly clock: Clock) {}

  /** A hash to be stored, salt and parameters included. */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, argon2id));
  }

  /**
   * Whether `password` is the one behind `stored`. Without a stored hash the same work is done, so
   * that time does not tell who has an account.
   */
  matches(password: string, stored: string | undefined): Promise<boolean> {
    return this.inTurn(
      async () => (await verify(stored ?? DECOY, password)) && stored !== undefined,
    );
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const deadline = new RequestDeadline(this.clock, WAIT_MS);
    try {
      return await this.gate.run(work, deadline);
    } catch (error) {
      throw error instanceof NoVerdict
        ? new NoVerdict('unavailable', error.message, { cause: error })
        : error;
    } finally {
      deadline[Symbol.dispose]();
    }
  }
}
