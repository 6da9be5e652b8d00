import { readFileSync } from 'node:fs';

/** A Lua script as ioredis takes it, in its option `scripts` or by `defineCommand`. */
export interface Script {
  lua: string;
  numberOfKeys: number;
}

/**
 * The Lua script in `file`, whose first `keyCount` arguments are keys, to be given to
 * `client.defineCommand('name', ...)`. Its text goes over the wire once for each connection, its
 * hash from then on. The command's type is declared beside its definition:
 *
 * ```ts
 * declare module 'ioredis' {
 *   interface RedisCommander<Context> {
 *     name(key: string, argument: number): Result<number, Context>;
 *   }
 * }
 * ```
 */
export const readScript = (file: URL, keyCount: number): Script => ({
  lua: readFileSync(file, 'utf8'),
  numberOfKeys: keyCount,
});
