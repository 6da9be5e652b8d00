import cluster, { type Worker } from 'node:cluster';
import { pinoLog } from '@coupon/telemetry';
import { urlOf } from './http-server.js';
import type { ServiceSettings } from './settings.js';

/**
 * A worker that dies is replaced, up to this often: beyond it a new process will not help either.
 */
const DEATHS_MAX = 5;
const DEATHS_WITHIN_MS = 60_000;

/**
 * Serves one port with `API_WORKERS` processes. This process only distributes connections
 * (node:cluster, round robin), replaces a worker that dies, passes SIGTERM and SIGINT on, and ends
 * with the last worker. When it is killed, the workers see the broken channel and end. Resolves
 * once all workers listen; when one cannot start and has said why, all end with exit code 1.
 */
export async function runWorkers({
  http,
  logLevel,
  plugin: { name: strategy, guarantees },
}: ServiceSettings): Promise<void> {
  const log = pinoLog(logLevel);
  if (!guarantees.acrossProcesses)
    log.warn('this strategy does not hold across processes', {
      strategy,
      workers: http.workers,
    });
  let up = false;
  let stopping = false;
  let deaths: readonly number[] = [];
  const stopAll = (code: 0 | 1): void => {
    stopping = true;
    process.exitCode = code;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
  };
  cluster.on('exit', (worker, code, signal) => {
    if (!up || stopping) return;
    log.error('worker ended', { pid: worker.process.pid, code, signal });
    const nowMs = performance.now();
    deaths = [...deaths.filter((atMs) => nowMs - atMs < DEATHS_WITHIN_MS), nowMs];
    if (deaths.length > DEATHS_MAX) {
      stopAll(1);
      return;
    }
    cluster.fork();
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopAll(0));
  const started = await Promise.all(
    Array.from({ length: http.workers }, () => listening(cluster.fork())),
  );
  const [port] = started;
  if (port === undefined || started.includes(null)) {
    stopAll(1);
    return;
  }
  up = true;
  log.info('listening', {
    url: urlOf(http.host, port ?? http.port),
    strategy,
    workers: http.workers,
  });
}

/** The port that a worker listens on; null when it ends before it listens. */
function listening(worker: Worker): Promise<number | null> {
  return new Promise((resolve) => {
    worker.once('listening', ({ port }) => resolve(port));
    worker.once('exit', () => resolve(null));
  });
}
