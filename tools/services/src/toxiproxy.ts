import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning, spawnBound, stopChild } from './bound-child.js';
import { freePort } from './free-port.js';
import type { LogLine } from './install.js';
import { thisMachine, type Machine } from './machine.js';
import { poll } from './poll.js';
import { provision } from './provision.js';
import { ServiceError, ServiceMissing } from './service-error.js';
import { logTail } from './services-folder.js';
import { openProxy, toxiproxyAnswers, type ToxicProxy } from './toxic-proxy.js';

const attemptsMax = 3;
const readyWithinMs = 20_000;

/** A Toxiproxy of this process alone. Disposing ends it, with its proxies. */
export interface Toxiproxy extends AsyncDisposable {
  /**
   * Opens a proxy to the server of this URL (`mysql://`, `redis://` or `http://`). Rejects with
   * ServiceError.
   */
  open(target: string): Promise<ToxicProxy>;
}

/**
 * Finds or builds Toxiproxy, and starts it on a free port of the loopback. It ends with this
 * process at the latest. Throws ServiceMissing with how to provide it, ServiceError when it does
 * not start.
 */
export async function provideToxiproxy(
  log: LogLine = () => undefined,
  machine: Machine = thisMachine(process.env),
): Promise<Toxiproxy> {
  const { signal } = new AbortController(); // never aborts
  const { toxiproxy } = await provision(['toxiproxy'], machine, log, signal);
  if (toxiproxy === undefined) throw new ServiceMissing(['toxiproxy'], []);
  const folder = mkdtempSync(join(tmpdir(), 'toxiproxy-'));
  const logFile = join(folder, 'toxiproxy.log');
  try {
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      const port = await freePort();
      const child = spawnBound([toxiproxy, '-host', '127.0.0.1', '-port', String(port)], logFile);
      const api = `http://127.0.0.1:${port}`;
      const answers = await poll(50, readyWithinMs, async () =>
        isRunning(child) ? (await toxiproxyAnswers(api)) || undefined : false,
      );
      const end = async (): Promise<void> => {
        await stopChild(child);
        rmSync(folder, { recursive: true, force: true });
      };
      // Another program may have taken the port meanwhile, and might answer in its place.
      if (answers === true && isRunning(child))
        return { open: (target) => openProxy(api, target), [Symbol.asyncDispose]: end };
      await stopChild(child);
    }
    throw new ServiceError(`Toxiproxy did not start. ${logTail(logFile)}`);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
