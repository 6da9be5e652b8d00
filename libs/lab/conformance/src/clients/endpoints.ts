import type { Proxies } from '../proxy/open-proxies.js';

/** Where the services of an examination are, and the settings that all its clients share. */
export interface Endpoints {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly base: Readonly<Record<string, string>>;
}

/** The environment of a client that reaches its services through `proxies`. */
export const environmentOf = (
  proxies: Proxies,
  { base }: Endpoints,
  env: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  ...base,
  ...env,
  DATABASE_URL: proxies.mysql.url,
  REDIS_URL: proxies.redis.url,
});
