import type { Result } from 'ioredis';
import { readScript } from './script.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    /** release-1.lua */
    releaseLock(key: string, token: string, ...channel: readonly string[]): Result<number, Context>;
    /** take-turn-2.lua */
    takeTurn(
      key: string,
      queueKey: string,
      token: string,
      waiterId: string,
      leaseMs: number,
      waiterTtlMs: number,
    ): Result<number, Context>;
    /** renew-turn-2.lua */
    renewTurn(
      key: string,
      queueKey: string,
      token: string,
      leaseMs: number,
    ): Result<number, Context>;
  }
}

/** The commands of this package's locks, for every client that `openRedis` opens. */
export const lockScripts = {
  releaseLock: readScript(new URL('./release-1.lua', import.meta.url), 1),
  takeTurn: readScript(new URL('./take-turn-2.lua', import.meta.url), 2),
  renewTurn: readScript(new URL('./renew-turn-2.lua', import.meta.url), 2),
};
