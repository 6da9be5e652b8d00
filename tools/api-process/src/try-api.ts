import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate } from '@coupon/mysql';
import { freshDatabase, provideServices, ServiceError } from '@coupon/services';
import { loadPlugin } from '@coupon/strategies';
import { buildApi, startApi, type ApiProcess } from './api-process.js';

const resultsFolder = fileURLToPath(new URL('../../../results', import.meta.url));

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * Runs the service on private servers until `signal` stops it, and prints what it takes to try it.
 * `port` 0: any free port. Rejects with ConfigFaults when there is no such strategy, with
 * ServiceError when a server is missing or the service does not start or ends by itself.
 */
export async function tryApi(strategy: string, port: number, signal: AbortSignal): Promise<void> {
  await loadPlugin(strategy);
  await using services = await provideServices({
    need: ['database', 'redis'],
    log: print,
    signal,
  });
  await buildApi();
  await using database = await freshDatabase(services.database, 'api');
  await migrate(database.url);
  const logFile = newLogFile(new Date());
  const api = await startApi({
    strategy,
    databaseUrl: database.url,
    redisUrl: services.redis.url,
    redisKeyPrefix: `${database.name}:`,
    logFile,
    signal,
    port,
  });
  print(
    `\n${api.url} with LOCK_STRATEGY=${strategy}; its database ends with it; log: ${logFile}\n` +
      instructions(api),
  );
  const { exitCode } = await api.child;
  if (!signal.aborted)
    throw new ServiceError(
      `the API ended by itself with ${exitCode ?? 'a signal'}; see ${logFile}`,
    );
}

function newLogFile(startedAt: Date): string {
  const folder = join(resultsFolder, startedAt.toISOString().replace(/[:.]/g, '-'));
  mkdirSync(folder, { recursive: true });
  return join(folder, 'api.log');
}

/** The administrator's login, and a claim from login to coupon as lines for a shell. */
function instructions({ url, admin }: ApiProcess): string {
  const json = `-H 'content-type: application/json'`;
  const bearer = `-H "authorization: Bearer $TOKEN"`;
  const login = JSON.stringify(admin);
  const coupon = JSON.stringify({
    name: 'tea',
    totalQuantity: 3,
    perUserLimit: null,
    opensAt: '2020-01-01T00:00:00Z',
    closesAt: '2099-01-01T00:00:00Z',
  });
  return `admin: ${admin.email} / ${admin.password}

Try:
TOKEN=$(curl -s ${url}/api/v1/auth/login ${json} -d '${login}' \
| sed 's/.*"token":"\\([^"]*\\)".*/\\1/')
curl -s ${url}/api/v1/coupons ${json} ${bearer} -d '${coupon}'
curl -s -X POST ${url}/api/v1/coupons/1/issue ${bearer}
curl -s ${url}/api/v1/me/coupons ${bearer}

Ctrl-C ends it.`;
}
