import type { Plugin } from '@coupon/strategies';

/** Longer than the transaction's limit below, as every lease around a transaction must be. */
const LEASE_MS = 1_200;
const TRANSACTION_MAX_MS = 1_000;

/**
 * Settings that make every lease of `plugin` short, so that attacks need not wait for the default
 * ones: all variables that it reads and whose names end in `_LEASE_MS` or `_IDLE_MS` (the silence
 * after which a process is taken for dead). A plugin that rejects them keeps its own leases.
 */
export function shortLeases(plugin: Plugin): Readonly<Record<string, string>> {
  const read = new Set<string>();
  const recording: NodeJS.ProcessEnv = new Proxy(
    {},
    {
      get(_, name) {
        if (typeof name === 'string') read.add(name);
        return undefined;
      },
    },
  );
  const short: Record<string, string> = { MYSQL_TRANSACTION_MAX_MS: String(TRANSACTION_MAX_MS) };
  try {
    plugin.configure(recording);
    for (const name of read) if (/_(LEASE|IDLE)_MS$/.test(name)) short[name] = String(LEASE_MS);
    plugin.configure(short);
    return short;
  } catch {
    return {};
  }
}
