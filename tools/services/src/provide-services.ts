import { execa } from 'execa';
import { askDatabase, askRedis, type ServerAnswer } from './ask.js';
import { servicesFolder } from './folder.js';
import { thisMachine, type Machine } from './machine.js';
import { borrowServers, untilEnded } from './private-servers.js';
import { provision } from './provision.js';
import { ServiceError, type ServiceName } from './service-missing.js';
import { serverKinds } from './source.js';

/** A database that answered. `ours`: started by this project, and ended with its last user. */
export interface DatabaseService {
  readonly url: string;
  readonly flavour: 'mariadb' | 'mysql';
  readonly version: string;
  readonly ours: boolean;
}

/** A Redis that answered. */
export interface RedisService {
  readonly url: string;
  readonly version: string;
  readonly ours: boolean;
}

/** A program that can be run, by its path. */
export interface ProgramService {
  readonly bin: string;
  readonly version: string;
}

interface ServiceTypes {
  readonly database: DatabaseService;
  readonly redis: RedisService;
  readonly k6: ProgramService;
  readonly wrk: ProgramService;
  readonly chromium: ProgramService;
}

/**
 * The services that were asked for, `N` of them certainly (wrk alone is optional). Disposing
 * returns the private servers, and waits for their end if they have no other user.
 */
export type Services<N extends ServiceName = never> = AsyncDisposable &
  Partial<ServiceTypes> &
  Pick<ServiceTypes, Exclude<N, 'wrk'>>;

/** What provideServices is to provide, and how. */
export interface ProvideOptions<N extends ServiceName> {
  readonly need: readonly N[];
  /** Receives a line for each thing that is installed or started. */
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Whose environment and programs are used; by default this process's. */
  readonly machine?: Machine;
  /**
   * Dispose without waiting for the servers' end: the next user is about to come. By default only
   * between jest's specs.
   */
  readonly linger?: boolean;
}

/**
 * Provides what is needed: given by environment (DATABASE_URL, REDIS_URL, K6_BIN), else found on
 * the machine, else installed, else by Docker. Servers given by environment are asked for their
 * version and otherwise left alone; private ones are shared by all users of the clone and live as
 * long as one of them does. Throws ServiceMissing with what to install; ServiceError when something
 * that is there does not work; the signal's reason when that aborts.
 */
export async function provideServices<N extends ServiceName>(
  options: ProvideOptions<N>,
): Promise<Services<N>> {
  const services = await provide(options);
  if (!includesAll(services, options.need)) throw new Error('provision left a service out');
  return services;
}

function includesAll<N extends ServiceName>(
  services: Services,
  need: readonly N[],
): services is Services<N> {
  return need.every((name) => name === 'wrk' || services[name] !== undefined);
}

async function provide(options: ProvideOptions<ServiceName>): Promise<Services> {
  const {
    need,
    log: say = () => undefined,
    signal = new AbortController().signal,
    machine = thisMachine(process.env),
  } = options;
  const linger = options.linger ?? process.env['JEST_WORKER_ID'] !== undefined;
  const given = await givenServers(need, machine);
  const toFind = need.filter((service) => !(service in given));
  const found = await provision(toFind, machine, say, signal);
  const k6 = await programOf('k6', need, found.k6, 'version');
  const wrk = await programOf('wrk', need, found.wrk, '-v');
  const chromium = await programOf('chromium', need, found.chromium, '--version');
  const sources = Object.fromEntries(
    serverKinds.filter((kind) => toFind.includes(kind)).map((kind) => [kind, found[kind]]),
  );
  if (Object.keys(sources).length === 0)
    return { ...given, ...k6, ...wrk, ...chromium, [Symbol.asyncDispose]: async () => {} };
  const folder = servicesFolder(machine.env);
  const goodbye = async (): Promise<void> => void (linger || (await untilEnded(folder)));
  const { servers, release } = await borrowServers(folder, sources, say, signal).catch(
    async (error: unknown) => {
      await goodbye();
      throw error;
    },
  );
  return {
    ...given,
    ...k6,
    ...wrk,
    ...chromium,
    ...(toFind.includes('database') && servers.database
      ? { database: asDatabase(servers.database, true) }
      : {}),
    ...(toFind.includes('redis') && servers.redis ? { redis: asRedis(servers.redis, true) } : {}),
    async [Symbol.asyncDispose]() {
      release();
      await goodbye();
    },
  };
}

/**
 * The servers that the environment names, once they answered. Throws ServiceError naming the
 * variable of one that does not.
 */
async function givenServers(
  need: readonly ServiceName[],
  { env }: Machine,
): Promise<{ database?: DatabaseService; redis?: RedisService }> {
  const { DATABASE_URL: database, REDIS_URL: redis } = env;
  return {
    ...(database && need.includes('database')
      ? { database: asDatabase(await askGiven('DATABASE_URL', database, askDatabase), false) }
      : {}),
    ...(redis && need.includes('redis')
      ? { redis: asRedis(await askGiven('REDIS_URL', redis, askRedis), false) }
      : {}),
  };
}

async function askGiven(
  variable: string,
  url: string,
  ask: (url: string) => Promise<ServerAnswer>,
): Promise<ServerAnswer & { url: string }> {
  const place = URL.canParse(url) ? new URL(url).host : '(no URL)'; // never the password
  try {
    return { ...(await ask(url)), url };
  } catch (error) {
    throw new ServiceError(
      `${variable} names ${place}, but: ${reasonOf(error)}. Correct it, or unset it to use a private server.`,
    );
  }
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.message !== '' ? error.message : 'code' in error ? String(error.code) : error.name;
};

const asDatabase = (
  { url, flavour, version }: { url: string; flavour: string; version: string },
  ours: boolean,
): DatabaseService => ({
  url,
  flavour: flavour === 'mysql' ? 'mysql' : 'mariadb',
  version,
  ours,
});

const asRedis = (
  { url, version }: { url: string; version: string },
  ours: boolean,
): RedisService => ({ url, version, ours });

type ProgramName = 'k6' | 'wrk' | 'chromium';

/**
 * `{ [name]: program }` if it is needed and there, else `{}`. Programs tell their version in their
 * own ways and with any exit code.
 */
async function programOf(
  name: ProgramName,
  need: readonly ServiceName[],
  bin: string | undefined,
  versionFlag: string,
): Promise<{ [name in ProgramName]?: ProgramService }> {
  if (bin === undefined || !need.includes(name)) return {};
  const { all, exitCode } = await execa(bin, [versionFlag], {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: 60_000,
  });
  const version = /\bv?(\d+\.\d+\.\d+)/.exec(all ?? '')?.[1];
  if (version === undefined)
    throw new ServiceError(
      `${bin} ${versionFlag} ended with ${exitCode} and told no version: it is no ${name} that works here`,
    );
  return { [name]: { bin, version } };
}
