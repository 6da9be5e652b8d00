import cluster, { type Worker } from 'node:cluster';
import { pinoLog } from '@coupon/telemetry';
import { urlOf } from './server.js';
import type { Settings } from './settings.js';

/**
 * A worker that dies is replaced, but not without end: what dies this often has a cause that a new
 * process does not cure.
 */
const DEATHS_MAX = 5;
const DEATHS_WITHIN_MS = 60_000;

/**
 * Serves one port with `API_WORKERS` processes. This one only hands out connections (node:cluster,
 * round robin), replaces a worker that dies, passes SIGTERM and SIGINT on, and ends with the last
 * worker. When it is killed by force the workers see the broken channel and end. Resolves once all
 * are listening; when one cannot start, all end with exit code 1, and that one has said why.
 */
export async function runWorkers({
  http,
  logLevel,
  plugin: { name: strategy, guarantees },
}: Settings): Promise<void> {
  const log = pinoLog(logLevel);
  if (!guarantees.acrossProcesses)
    log.warn('this strategy does not hold across processes', {
      strategy,
      workers: http.workers,
    });
  let [up, stopping] = [false, false];
  let deaths: readonly number[] = [];
  const stopAll = (code: 0 | 1): void => {
    stopping = true;
    process.exitCode = code;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
  };
  cluster.on('exit', (worker, code, signal) => {
    if (!up || stopping) return;
    log.error('worker ended', { pid: worker.process.pid, code, signal });
    const nowMs = Date.now();
    deaths = [...deaths.filter((atMs) => nowMs - atMs < DEATHS_WITHIN_MS), nowMs];
    if (deaths.length > DEATHS_MAX) return stopAll(1);
    cluster.fork();
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopAll(0));
  const started = await Promise.all(
    Array.from({ length: http.workers }, () => listening(cluster.fork())),
  );
  const [port] = started;
  if (port === undefined || started.includes(null)) return stopAll(1);
  up = true;
  log.info('listening', {
    url: urlOf(http.host, port ?? http.port),
    strategy,
    workers: http.workers,
  });
}

/** The port that a worker listens on; null when it ended before. */
function listening(worker: Worker): Promise<number | null> {
  return new Promise((resolve) => {
    worker.once('listening', ({ port }) => resolve(port));
    worker.once('exit', () => resolve(null));
  });
}
