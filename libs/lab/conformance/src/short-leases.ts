import type { Plugin } from '@coupon/strategies';

/** How long leases are, and how long a transaction may be; a lease must be the longer of the two. */
export interface LeaseTimes {
  readonly leaseMs: number;
  readonly transactionMaxMs: number;
}

const SHORT: LeaseTimes = { leaseMs: 1_200, transactionMaxMs: 1_000 };

/**
 * Settings that make every lease of `plugin` that long, so that attacks need not wait for the
 * default ones, or can tell from a lease's end what ends sooner: all variables that it reads and
 * whose names end in `_LEASE_MS` or `_IDLE_MS` (the silence after which a process is taken for
 * dead). A plugin that rejects them keeps its own leases.
 */
export function leasesOf(plugin: Plugin, times: LeaseTimes): Readonly<Record<string, string>> {
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
  const env: Record<string, string> = { MYSQL_TRANSACTION_MAX_MS: String(times.transactionMaxMs) };
  try {
    plugin.configure(recording);
    for (const name of read) if (/_(LEASE|IDLE)_MS$/.test(name)) env[name] = String(times.leaseMs);
    plugin.configure(env);
    return env;
  } catch {
    return {};
  }
}

/** Leases that end soon. */
export const shortLeases = (plugin: Plugin): Readonly<Record<string, string>> =>
  leasesOf(plugin, SHORT);
