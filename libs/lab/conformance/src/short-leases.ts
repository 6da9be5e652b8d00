import type { Plugin } from '@coupon/strategies';

/** Longer than the transaction's limit below, as every lease around a transaction must be. */
const LEASE_MS = 1_200;
const TRANSACTION_MAX_MS = 1_000;

/**
 * Settings that make every lease of `plugin` short, so that an attack need not wait for the usual
 * ones: all variables that it reads and whose names end in `_LEASE_MS` or `_IDLE_MS` (after which
 * somebody is taken for dead). Where it does not take them, its own leases stay.
 */
export function shortLeases(plugin: Plugin): Readonly<Record<string, string>> {
  const asked = new Set<string>();
  const listening: NodeJS.ProcessEnv = new Proxy(
    {},
    {
      get(_, name) {
        if (typeof name === 'string') asked.add(name);
        return undefined;
      },
    },
  );
  const short: Record<string, string> = { MYSQL_TRANSACTION_MAX_MS: String(TRANSACTION_MAX_MS) };
  try {
    plugin.configure(listening);
    for (const name of asked) if (/_(LEASE|IDLE)_MS$/.test(name)) short[name] = String(LEASE_MS);
    plugin.configure(short);
    return short;
  } catch {
    return {};
  }
}
