import { NoVerdict, RequestDeadline, type Clock, type PasswordHasher } from '@coupon/application';
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

/** The hash of a random text that was thrown away: compared with where there is no user. */
const DECOY =
  '$argon2id$v=19$m=19456,t=2,p=1$i10+FwFy5XfmY09BG5iTYg$' +
  '9CGGr0/kAEdEYC7qwNnWapM/kkWEcDHs+BDLRz+Wvo4';

/** Hashes passwords by argon2id, two at a time; up to 64 more wait up to 10 s. */
export class Argon2PasswordHasher implements PasswordHasher {
  private readonly semaphore = new BoundedSemaphore('password hashing', {
    concurrencyMax: HASHES_MAX,
    queueMax: QUEUE_MAX,
  });

  constructor(private readonly clock: Clock) {}

  hash(password: string): Promise<string> {
    return this.limited(() => hash(password, argon2id));
  }

  matches(password: string, stored: string | undefined): Promise<boolean> {
    return this.limited(
      async () => (await verify(stored ?? DECOY, password)) && stored !== undefined,
    );
  }

  private async limited<T>(work: () => Promise<T>): Promise<T> {
    const deadline = new RequestDeadline(this.clock, WAIT_MS);
    try {
      return await this.semaphore.run(work, deadline);
    } catch (error) {
      throw error instanceof NoVerdict
        ? new NoVerdict('unavailable', error.message, { cause: error })
        : error;
    } finally {
      deadline[Symbol.dispose]();
    }
  }
}
