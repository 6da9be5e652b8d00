import { availableParallelism, freemem } from 'node:os';
import type { Redis } from 'ioredis';
import { catalog, type ServerKind, type ServiceName } from './catalog.js';
import { mayInstall } from './install.js';
import { findInstalled, findPrograms, type Machine } from './machine.js';
import { probe, queryRow, withRedis } from './probe.js';
import { answeringDocker } from './provision.js';
import { run } from './run.js';
import { messageOf } from './service-error.js';
import { readText } from './services-folder.js';

/**
 * The result of one check. `missing` gives the doctor exit code 1; a `warning` leaves a run
 * possible.
 */
export interface DoctorFinding {
  readonly grade: 'ok' | 'warning' | 'missing';
  readonly what: string;
  /** What to do about it, one line each; none when it is ok. */
  readonly remedy: readonly string[];
}

const databaseConnectionsMin = 200;
// measured with 2,000 users: k6 takes 540 MB, MariaDB 300, the API 200
const memoryMinMib = 1500;
// 2,000 connections of k6 and as many of the API, in processes that inherit this limit
const openFilesMin = 4096;

const graded =
  (grade: DoctorFinding['grade']) =>
  (what: string, ...remedy: readonly string[]): DoctorFinding => ({ grade, what, remedy });
const ok = graded('ok');
const warning = graded('warning');
const missing = graded('missing');

/** Checks everything that a run needs. Changes nothing. */
export async function examine(machine: Machine): Promise<readonly DoctorFinding[]> {
  const docker = (await answeringDocker(machine)) !== null;
  return [
    nodeFinding(process.versions.node),
    memoryFinding(availableMemoryMib()),
    filesFinding(await openFilesLimit()),
    ok(`${availableParallelism()} CPU cores`),
    await serverFinding('database', machine, docker),
    await serverFinding('redis', machine, docker),
    await programFinding('k6', machine, docker),
    optionalFinding('wrk', 'the HTTP benchmarks need', machine),
    optionalFinding('chromium', 'the tests of the live page need', machine),
    optionalFinding('toxiproxy', 'the faults of the network need', machine),
    optionalFinding('faketime', 'the faults of clocks need', machine),
    optionalFinding('nftables', 'the fault of lost packets needs', machine),
  ];
}

/** A finding as lines to print. */
export function format({ grade, what, remedy }: DoctorFinding): string {
  const marks = { ok: 'ok     ', warning: 'warning', missing: 'MISSING' };
  return [`${marks[grade]} ${what}`, ...remedy.map((line) => `          ${line}`)].join('\n');
}

/** Compares Node's version with what package.json demands. */
export function nodeFinding(version: string): DoctorFinding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19)
    ? ok(`Node ${version}`)
    : missing(`Node ${version} is too old`, 'install Node 20.19 or newer');
}

/** Compares the available memory, in MiB, with what the largest load takes. */
export function memoryFinding(availableMib: number): DoctorFinding {
  const what = `${availableMib} MiB of memory free`;
  const remedy =
    `the full load of 2,000 users needs ${memoryMinMib} MiB: ` +
    'close something, or use a smaller profile';
  return availableMib >= memoryMinMib ? ok(what) : warning(what, remedy);
}

/** Judges the limit of open files; null where it cannot be read. */
export function filesFinding(limit: number | null): DoctorFinding {
  if (limit === null) return ok('limit of open files: unknown here');
  const what = `${limit} open files allowed`;
  return limit >= openFilesMin
    ? ok(what)
    : warning(what, `before a full load: ulimit -n ${openFilesMin}`);
}

async function serverFinding(
  kind: ServerKind,
  machine: Machine,
  docker: boolean,
): Promise<DoctorFinding> {
  const { urlVariable } = catalog[kind];
  const url = machine.env[urlVariable];
  if (!url) return programFinding(kind, machine, docker);
  const name = kind === 'database' ? 'database' : 'Redis';
  try {
    const { flavour, version } = await probe(kind, url);
    const what = `${name} at ${urlVariable}: ${flavour} ${version}`;
    return kind === 'database' ? await databaseFinding(what, url) : await redisFinding(what, url);
  } catch (error) {
    return missing(
      `${name} at ${urlVariable}: ${messageOf(error)}`,
      `correct ${urlVariable}, or unset it to use a private server`,
    );
  }
}

async function databaseFinding(server: string, url: string): Promise<DoctorFinding> {
  const [connectionsMax] = await queryRow(url, 'SELECT @@max_connections');
  const what = `${server}, max_connections ${connectionsMax}`;
  return Number(connectionsMax) >= databaseConnectionsMin
    ? ok(what)
    : warning(what, `raise it: SET GLOBAL max_connections = ${databaseConnectionsMin}`);
}

async function redisFinding(server: string, url: string): Promise<DoctorFinding> {
  const read = async (redis: Redis) => ({
    eviction: await redisSetting(redis, 'maxmemory-policy'),
    durability: await redisSetting(redis, 'appendonly'),
  });
  const { eviction, durability } = await withRedis(url, read);
  const what = `${server}, maxmemory-policy ${eviction}, appendonly ${durability}`;
  return eviction === 'noeviction' || eviction === 'unknown'
    ? ok(what)
    : warning(what, 'a lock or a counter may be evicted: CONFIG SET maxmemory-policy noeviction');
}

/** RESP2 replies with a list of names and values, RESP3 with a map. Hosted Redis forbids CONFIG. */
async function redisSetting(redis: Redis, name: string): Promise<string> {
  const reply: unknown = await redis.config('GET', name).catch(() => []);
  const pairs = Array.isArray(reply) ? [[reply[0], reply[1]]] : Object.entries(reply ?? {});
  return String(pairs.find(([key]) => key === name)?.[1] ?? 'unknown');
}

/** Judges a service that no URL names: installed, installable, in Docker, or missing. */
async function programFinding(
  name: ServiceName,
  machine: Machine,
  docker: boolean,
): Promise<DoctorFinding> {
  const { remedies, versionFlag } = catalog[name];
  try {
    const program = findPrograms(machine, [name])[name];
    if (program !== undefined) {
      const { output } = await run([program, versionFlag], 5000);
      return ok(`${name}: ${program} (${output.split('\n')[0] ?? ''})`);
    }
  } catch (error) {
    return missing(messageOf(error));
  }
  if (docker) return ok(`${name}: not installed, will run in Docker unless it can be installed`);
  return mayInstall(machine)
    ? missing(
        `${name}: not installed; npm start tries to install it, or do it yourself:`,
        ...remedies,
      )
    : missing(`${name}: not installed`, ...remedies);
}

function optionalFinding(name: ServiceName, neededBy: string, machine: Machine): DoctorFinding {
  const program = findInstalled(machine, name);
  return program === undefined
    ? warning(`${name} is not installed; only ${neededBy} it`, ...catalog[name].remedies)
    : ok(`${name} at ${program}`);
}

/** Linux counts caches that can be dropped as available; os.freemem() does not. */
function availableMemoryMib(): number {
  const kib = /MemAvailable:\s+(\d+)/.exec(readText('/proc/meminfo'))?.[1];
  return Math.floor(kib === undefined ? freemem() / 2 ** 20 : Number(kib) / 1024);
}

async function openFilesLimit(): Promise<number | null> {
  const { output, failure } = await run(['sh', '-c', 'ulimit -n'], 5000);
  if (failure !== null) return null;
  return output === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(output);
}
