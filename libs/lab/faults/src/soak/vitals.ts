import { readdir, readFile } from 'node:fs/promises';
import { median } from '@coupon/checker';
import { clock } from '../clock.js';
import type { Rig } from '../rig.js';
import { withRedis } from '../servers.js';

/** What one API process holds at one moment. */
export interface Vitals {
  /** Since the soak began, in milliseconds. */
  readonly atMs: number;
  readonly memoryBytes: number;
  /** Open file descriptors: sockets, files, timers of the kernel. */
  readonly handles: number;
  /** Of all API processes together, as the servers count them. */
  readonly databaseConnections: number;
  readonly redisConnections: number;
}

/**
 * Reads the vitals of the last API process, which no fault kills, so that its memory is that of one
 * lifetime. Linux only. Rejects where a server does not answer.
 */
export async function vitalsOf({ apis, servers, redis }: Rig, beganMs: number): Promise<Vitals> {
  const pid = apis.at(-1)?.process.pid ?? 0;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const handles = await readdir(`/proc/${pid}/fd`);
  const sessions = await servers.sql(
    "SELECT id FROM information_schema.processlist WHERE user = 'service'",
  );
  const clients = await withRedis(redis.url, (client) => client.client('LIST'));
  return {
    atMs: Math.round(clock.monotonicMs() - beganMs),
    memoryBytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024,
    handles: handles.length,
    databaseConnections: sessions.length,
    redisConnections: String(clients).trim().split('\n').length,
  };
}

/** How much of a soak is left out, in which caches fill and code is compiled. */
const WARM_SHARE = 0.2;
/** The share at either end of the rest whose medians are compared. */
const END_SHARE = 0.25;

/** One figure at the beginning, once the process was warm, and at the end; medians. */
export interface Drift {
  readonly first: number;
  readonly last: number;
  /** 0.1: a tenth more at the end. */
  readonly growth: number;
}

/** How a figure went over a soak. */
export function driftOf(vitals: readonly Vitals[], figure: Exclude<keyof Vitals, 'atMs'>): Drift {
  const values = vitals.map((one) => one[figure]).slice(Math.floor(vitals.length * WARM_SHARE));
  const end = Math.max(1, Math.floor(values.length * END_SHARE));
  const first = median(values.slice(0, end));
  const last = median(values.slice(-end));
  return { first, last, growth: first === 0 ? 0 : last / first - 1 };
}
