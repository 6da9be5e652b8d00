import { EventEmitter } from 'node:events';
import type { Log } from '@coupon/application';
import { redisUnavailable, type RedisConnection } from './connection.js';
import { patient } from './patient.js';

/** Passes on the releases of locks that any process publishes on `channel`. */
export interface ReleaseNotifier extends AsyncDisposable {
  /** The channel for `tryLease` to publish the release on. */
  readonly channel: string;
  /** Starts to listen for releases of the lock `key`. */
  subscribe(key: string): Subscription;
}

/** Receives the releases published between creation and disposal. */
export interface Subscription extends Disposable {
  /**
   * Resolves once a release was published since the subscription was created, at the latest after
   * `ms`. Never rejects.
   */
  next(ms: number): Promise<void>;
}

/** So often the connection is tried: one that went silent is otherwise never noticed. */
const PING_EVERY_MS = 2_000;

/**
 * Subscribes on a connection of its own: one channel for all locks under the key prefix, because
 * one for each lock would cost two more round trips per wait. Messages can get lost (a broken
 * connection, a holder that died), so waiters must also poll from time to time. Rejects with
 * NoVerdict('unavailable').
 */
export async function openReleaseNotifier(
  { client }: RedisConnection,
  log: Log,
): Promise<ReleaseNotifier> {
  const prefix = client.options.keyPrefix ?? '';
  const channel = `${prefix}lock-released`;
  const emitter = new EventEmitter().setMaxListeners(0);
  // names the connection in CLIENT LIST
  const subscriber = patient(client.duplicate({ connectionName: channel }));
  subscriber.on('error', (error) => log.warn('redis subscription', { error: error.message }));
  subscriber.on('message', (_channel, key) => emitter.emit(eventOf(key)));
  try {
    await subscriber.connect();
    await subscriber.subscribe(channel);
  } catch (error) {
    subscriber.disconnect();
    throw redisUnavailable(error);
  }
  // An answer that does not come ends the connection by its socketTimeout; the next one subscribes.
  const pinging = setInterval(() => void subscriber.ping().catch(() => undefined), PING_EVERY_MS);
  return {
    channel,
    subscribe: (key) => subscription(emitter, eventOf(prefix + key)),
    [Symbol.asyncDispose]() {
      clearInterval(pinging);
      subscriber.disconnect(); // no QUIT: nothing is under way, and Redis may not answer
      return Promise.resolve();
    },
  };
}

/** Not the bare key: an emitter throws on an event named 'error' without a listener. */
const eventOf = (key: string): string => `released ${key}`;

function subscription(emitter: EventEmitter, event: string): Subscription {
  let isReleased = false;
  let wake = (): void => undefined;
  const onRelease = (): void => {
    isReleased = true;
    wake();
  };
  emitter.on(event, onRelease);
  return {
    async next(ms) {
      if (isReleased) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
    [Symbol.dispose]() {
      emitter.off(event, onRelease);
    },
  };
}
