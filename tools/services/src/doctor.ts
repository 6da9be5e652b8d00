import { execFileSync } from 'node:child_process';
import { availableParallelism, freemem } from 'node:os';
import { readFileSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { askDatabase, askRedis, withRedis } from './ask.js';
import { isRecord } from './folder.js';
import { mayInstall } from './install.js';
import type { Machine } from './machine.js';
import { answeringDocker, discoverCoupons } from './provision.js';
import { remediesFor, type ServiceName } from './service-missing.js';

/** One thing looked at. `bad` ends the doctor with exit code 1; `poor` works, but not well. */
export interface Finding {
  readonly grade: 'good' | 'poor' | 'bad';
  readonly what: string;
  /** What to do about it; none when it is good. */
  readonly remedy: readonly string[];
}

const connectionsWanted = 200;
// 2,000 k6 users take 540 MB, MariaDB 300, the API 200 (facts measured on 2 cores)
const memoryWantedMib = 1500;
// 2,000 connections of k6 and as many of the API, in processes that inherit this limit
const filesWanted = 4096;
const mib = 1024 * 1024;

const good = (what: string): Finding => ({ grade: 'good', what, remedy: [] });
const poor = (what: string, ...remedy: readonly string[]): Finding => ({
  grade: 'poor',
  what,
  remedy,
});
const bad = (what: string, ...remedy: readonly string[]): Finding => ({
  grade: 'bad',
  what,
  remedy,
});

/**
 * Looks at everything a run needs, changes nothing, and says what to do about what is not right.
 */
export async function examine(machine: Machine): Promise<readonly Finding[]> {
  const docker = (await answeringDocker(machine)) !== null;
  return [
    nodeFinding(process.versions.node),
    memoryFinding(availableMemoryMib()),
    filesFinding(openFilesLimit()),
    good(`${availableParallelism()} CPU cores`),
    await databaseFinding(machine, docker),
    await redisFinding(machine, docker),
    k6Finding(machine, docker),
    convenience('wrk', 'the HTTP benchmarks', machine),
    convenience('chromium', 'the live page’s own tests', machine),
  ];
}

/** The lines to print for a finding. */
export function linesOf({ grade, what, remedy }: Finding): readonly string[] {
  const marks = { good: 'ok     ', poor: 'poor   ', bad: 'MISSING' };
  return [`${marks[grade]} ${what}`, ...remedy.map((line) => `          ${line}`)];
}

/** Node's own version against the one that package.json asks for. */
export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > 20 || (major === 20 && minor >= 19);
  return enough
    ? good(`Node ${version}`)
    : bad(`Node ${version} is too old`, 'install Node 20.19 or newer');
}

/** Free memory, in MiB, against what the largest load takes. */
export function memoryFinding(freeMib: number): Finding {
  const what = `${freeMib} MiB of memory free`;
  return freeMib >= memoryWantedMib
    ? good(what)
    : poor(
        what,
        `the 2,000 users of the full load want ${memoryWantedMib} MiB: close something, or use a smaller profile`,
      );
}

/** The limit of open files, null where it cannot be asked. */
export function filesFinding(limit: number | null): Finding {
  if (limit === null) return good('limit of open files: unknown here');
  return limit >= filesWanted
    ? good(`${limit} open files allowed`)
    : poor(`${limit} open files allowed`, `before a full load: ulimit -n ${filesWanted}`);
}

async function databaseFinding(machine: Machine, docker: boolean): Promise<Finding> {
  const url = machine.env['DATABASE_URL'];
  if (!url) return toBeFound('database', machine, docker);
  try {
    const { flavour, version } = await askDatabase(url);
    const connectionsMax = await maxConnections(url);
    const what = `database given by DATABASE_URL: ${flavour} ${version}, max_connections ${connectionsMax}`;
    return connectionsMax >= connectionsWanted
      ? good(what)
      : poor(what, `allow it more: SET GLOBAL max_connections = ${connectionsWanted}`);
  } catch (error) {
    return bad(
      `database given by DATABASE_URL: ${messageOf(error)}`,
      'correct DATABASE_URL, or unset it to use a private server',
    );
  }
}

async function maxConnections(url: string): Promise<number> {
  const connection = await createConnection({ uri: url, connectTimeout: 3000 });
  try {
    const [rows] = await connection.query('SELECT @@max_connections AS connectionsMax');
    const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
    return isRecord(row) ? Number(row['connectionsMax']) : Number.NaN;
  } finally {
    connection.destroy();
  }
}

async function redisFinding(machine: Machine, docker: boolean): Promise<Finding> {
  const url = machine.env['REDIS_URL'];
  if (!url) return toBeFound('redis', machine, docker);
  try {
    const { version } = await askRedis(url);
    const [eviction, durability] = await withRedis(url, async (client) => {
      const setting = async (name: string): Promise<string> => {
        // hosted Redis forbids CONFIG
        const answer = await client.config('GET', name).catch(() => null);
        return isRecord(answer)
          ? String(answer[name])
          : Array.isArray(answer)
            ? String(answer[1])
            : 'unknown';
      };
      return [await setting('maxmemory-policy'), await setting('appendonly')];
    });
    const what = `Redis given by REDIS_URL: ${version}, maxmemory-policy ${eviction}, appendonly ${durability}`;
    const keeps = eviction === 'noeviction' || eviction === 'unknown';
    return keeps
      ? good(what)
      : poor(what, 'a lock or a counter may be evicted: CONFIG SET maxmemory-policy noeviction');
  } catch (error) {
    return bad(
      `Redis given by REDIS_URL: ${messageOf(error)}`,
      'correct REDIS_URL, or unset it to use a private server',
    );
  }
}

function k6Finding(machine: Machine, docker: boolean): Finding {
  try {
    return toBeFound('k6', machine, docker);
  } catch (error) {
    return bad(messageOf(error));
  }
}

function convenience(service: 'wrk' | 'chromium', wantedBy: string, machine: Machine): Finding {
  const found = discoverCoupons({
    ...machine,
    env: { ...machine.env, K6_BIN: undefined, CHROMIUM_BIN: undefined },
  })[service];
  return found === undefined
    ? poor(`${service} is not installed; only ${wantedBy} want it`, ...remediesFor(service))
    : good(`${service} at ${found}`);
}

/**
 * A service that the environment does not name: on the machine, or to be installed, or in Docker,
 * or missing.
 */
function toBeFound(
  service: Exclude<ServiceName, 'wrk' | 'chromium'>,
  machine: Machine,
  docker: boolean,
): Finding {
  const found = discoverCoupons({
    ...machine,
    env: {
      ...machine.env,
      CHROMIUM_BIN: undefined,
      ...(service === 'k6' ? {} : { K6_BIN: undefined }),
    },
  })[service];
  if (found !== undefined) {
    const program = typeof found === 'string' ? found : found.program;
    return good(
      `${service}: ${program}${service === 'k6' ? '' : ` (${firstLine(program, '--version')})`}`,
    );
  }
  if (docker)
    return good(`${service}: not installed, will run in Docker unless it can be installed`);
  const remedy = remediesFor(service);
  return mayInstall(machine)
    ? bad(`${service}: not installed; npm start tries to install it, or do it yourself:`, ...remedy)
    : bad(`${service}: not installed`, ...remedy);
}

function firstLine(program: string, ...args: readonly string[]): string {
  try {
    return (
      execFileSync(program, args, {
        encoding: 'utf8',
        timeout: 5000,
        stdio: ['ignore', 'pipe', 'ignore'],
      }).split('\n')[0] ?? ''
    );
  } catch {
    return 'does not tell its version';
  }
}

/** Linux counts caches that it would give up as available, os.freemem() does not. */
function availableMemoryMib(): number {
  try {
    const kib = /MemAvailable:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
    if (kib !== undefined) return Math.floor(Number(kib) / 1024);
  } catch {
    // not Linux
  }
  return Math.floor(freemem() / mib);
}

function openFilesLimit(): number | null {
  try {
    const text = execFileSync('sh', ['-c', 'ulimit -n'], {
      encoding: 'utf8',
      timeout: 5000,
    }).trim();
    return text === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(text);
  } catch {
    return null;
  }
}

const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.message !== '' ? error.message : 'code' in error ? String(error.code) : error.name;
};
