import type { Redis } from 'ioredis';

/** Far more than one connection can have under way; the oldest are left to their lease. */
const OWED_MAX = 10_000;

/** A lock that is to be released. */
interface Owed {
  readonly key: string;
  /** Where the release is published, if anywhere. */
  readonly channel: string | undefined;
}

/**
 * Releases locks that nobody uses though they may be held: because they were asked for, or were to
 * be renewed or released, without an answer. A Redis that stood still reads such a request when it
 * goes on, also from a connection that is long gone, and the lock would keep everybody out for a
 * whole lease. So what cannot be released now is released on the next connection.
 */
export class OwedReleases {
  private readonly owed = new Map<string, Owed>();

  constructor(private readonly client: Redis) {
    client.on('ready', () => {
      for (const [token, owed] of this.owed) this.release(token, owed);
    });
  }

  /** Releases `key` if it has this token, now or as soon as Redis answers again. Never throws. */
  add(key: string, token: string, channel?: string): void {
    const [oldest] = this.owed.keys();
    if (this.owed.size >= OWED_MAX && oldest !== undefined) this.owed.delete(oldest);
    this.owed.set(token, { key, channel });
    this.release(token, { key, channel });
  }

  private release(token: string, { key, channel }: Owed): void {
    const channels = channel === undefined ? [] : [channel];
    this.client.releaseLock(key, token, ...channels).then(
      () => this.owed.delete(token),
      () => undefined,
    );
  }
}
