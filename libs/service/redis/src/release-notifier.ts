import { EventEmitter } from 'node:events';
import type { Log } from '@coupon/application';
import { redisUnavailable, type RedisConnection } from './connection.js';

/** News of locks that were released, from every process that tells them on `channel`. */
export interface ReleaseNotifier extends AsyncDisposable {
  /** What to give `tryLease`, so that the release is told. */
  readonly channel: string;
  /** Begins to listen for the release of the lock `key`. */
  subscribe(key: string): Subscription;
}

/** An open ear: it hears what is told from its making to its disposal. */
export interface Subscription extends Disposable {
  /**
   * Resolves when a release was told since this ear was opened, at the latest after `ms`. Never
   * rejects.
   */
  next(ms: number): Promise<void>;
}

/**
 * Subscribes on a connection of its own: one channel for all locks under the key prefix, because a
 * subscription for each would cost two more round trips for each wait. Messages can get lost (a
 * connection that broke, a holder that died), so who waits must also look for itself from time to
 * time. Rejects with NoVerdict('unavailable').
 */
export async function openReleaseNotifier(
  { client }: RedisConnection,
  log: Log,
): Promise<ReleaseNotifier> {
  const prefix = client.options.keyPrefix ?? '';
  const channel = `${prefix}lock-released`;
  const ears = new EventEmitter().setMaxListeners(0);
  // so that CLIENT LIST tells what it is for
  const subscriber = client.duplicate({ connectionName: channel });
  subscriber.on('error', (error) => log.warn('redis subscription', { error: error.message }));
  subscriber.on('message', (_channel, key) => ears.emit(eventOf(key)));
  try {
    await subscriber.connect();
    await subscriber.subscribe(channel);
  } catch (error) {
    subscriber.disconnect();
    throw redisUnavailable(error);
  }
  return {
    channel,
    subscribe: (key) => subscription(ears, eventOf(prefix + key)),
    async [Symbol.asyncDispose]() {
      await subscriber.quit().catch(() => subscriber.disconnect());
    },
  };
}

/** Never a bare message: an emitter throws on an event named 'error' that nobody listens to. */
const eventOf = (key: string): string => `released ${key}`;

function subscription(ears: EventEmitter, event: string): Subscription {
  let heard = false;
  let wake = (): void => undefined;
  const hear = (): void => {
    heard = true;
    wake();
  };
  ears.on(event, hear);
  return {
    async next(ms) {
      if (heard) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
    [Symbol.dispose]() {
      ears.off(event, hear);
    },
  };
}
