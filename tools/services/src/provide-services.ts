import {
  catalog,
  programNames,
  serverKinds,
  type ProgramName,
  type ServerKind,
  type ServiceName,
} from './catalog.js';
import type { LogLine } from './install.js';
import { thisMachine, type Machine } from './machine.js';
import { awaitServers, awaitShutdown } from './private-servers.js';
import { probe, type ServerInfo } from './probe.js';
import { provision } from './provision.js';
import { run } from './run.js';
import { messageOf, ServiceError } from './service-error.js';
import { servicesFolder } from './services-folder.js';
import { takeLease, type ServerPrograms } from './usage-lease.js';

/** A database or Redis that accepted the URL's password. */
export interface ServerService extends ServerInfo {
  readonly url: string;
}

/** A program that can be run. `bin` is its path. */
export interface ProgramService {
  readonly bin: string;
  readonly version: string;
}

type ServiceTypes = Readonly<
  Record<ServerKind, ServerService> & Record<ProgramName, ProgramService>
>;

/**
 * The services that were asked for, `N` of them certainly (but wrk, which is optional). Disposing
 * returns the private servers, and waits for their end if they have no other user.
 */
export type Services<N extends ServiceName = never> = AsyncDisposable &
  Partial<ServiceTypes> &
  Pick<ServiceTypes, Exclude<N, 'wrk'>>;

/** What provideServices is to provide, and how. */
export interface ProvideOptions<N extends ServiceName> {
  readonly need: readonly N[];
  /** Receives a line for each thing that is installed or started. */
  readonly log?: LogLine;
  readonly signal?: AbortSignal;
  /** The environment and programs to use; by default this process's. */
  readonly machine?: Machine;
  /**
   * Dispose without waiting for the servers' end, because the next user comes soon. By default only
   * between jest's specs.
   */
  readonly linger?: boolean;
  /** The private servers run until `services stop`, also when nobody uses them. */
  readonly pin?: boolean;
}

/**
 * Provides services: from the environment (DATABASE_URL, REDIS_URL, K6_BIN, CHROMIUM_BIN), else
 * found on the machine, else installed, else in Docker. Servers from the environment are probed and
 * otherwise left alone; private ones are shared by all users of the clone and end with the last of
 * them. Throws ServiceMissing with what to install; ServiceError when something exists but does not
 * work; the signal's reason when that aborts.
 */
export async function provideServices<N extends ServiceName>(
  options: ProvideOptions<N>,
): Promise<Services<N>> {
  const services = await provide(options);
  if (!includesAll(services, options.need)) throw new Error('a service was left out');
  return services;
}

function includesAll<N extends ServiceName>(
  services: Services,
  need: readonly N[],
): services is Services<N> {
  return need.every((name) => name === 'wrk' || services[name] !== undefined);
}

async function provide({
  need,
  log = () => undefined,
  signal = new AbortController().signal,
  machine = thisMachine(process.env),
  linger = process.env['JEST_WORKER_ID'] !== undefined,
  pin = false,
}: ProvideOptions<ServiceName>): Promise<Services> {
  const services: { -readonly [name in ServiceName]?: ServiceTypes[name] } = {};
  for (const kind of serverKinds) {
    const url = machine.env[catalog[kind].urlVariable];
    if (url && need.includes(kind)) services[kind] = await probeConfigured(kind, url);
  }
  const others = need.filter((name) => services[name] === undefined);
  const { database, redis, ...programs } = await provision(others, machine, log, signal);
  for (const name of programNames) {
    const bin = programs[name];
    if (bin !== undefined) services[name] = { bin, version: await versionOf(name, bin) };
  }
  const servers = { ...(database && { database }), ...(redis && { redis }) };
  const started = await startPrivate(servers, { machine, log, signal, linger, pin });
  return { ...services, ...started };
}

/** The private servers that these programs run. */
async function startPrivate(
  programs: ServerPrograms,
  { machine, log, signal, linger, pin }: Required<Omit<ProvideOptions<never>, 'need'>>,
): Promise<Services> {
  if (Object.keys(programs).length === 0) return { [Symbol.asyncDispose]: () => Promise.resolve() };
  const folder = servicesFolder(machine.env);
  const lease = takeLease(folder, programs, pin);
  const end = async (): Promise<void> => {
    lease.release();
    if (!linger) await awaitShutdown(folder);
  };
  try {
    const running = await awaitServers(folder, programs, log, signal);
    const services: Partial<Record<ServerKind, ServerService>> = {};
    for (const kind of serverKinds) {
      const server = running[kind];
      if (programs[kind] === undefined || server === undefined) continue;
      services[kind] = { url: server.url, flavour: server.flavour, version: server.version };
    }
    return { ...services, [Symbol.asyncDispose]: pin ? () => Promise.resolve() : end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function probeConfigured(kind: ServerKind, url: string): Promise<ServerService> {
  const place = URL.canParse(url) ? new URL(url).host : '(no URL)'; // never the password
  try {
    return { url, ...(await probe(kind, url)) };
  } catch (error) {
    throw new ServiceError(
      `${catalog[kind].urlVariable} names ${place}, but: ${messageOf(error)}. ` +
        'Correct it, or unset it to use a private server.',
    );
  }
}

/** Programs print their version in various ways and exit with any code. */
async function versionOf(name: ServiceName, bin: string): Promise<string> {
  const { versionFlag } = catalog[name];
  const { output } = await run([bin, versionFlag], 60_000);
  const version = /\bv?(\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (version !== undefined) return version;
  throw new ServiceError(`${bin} ${versionFlag} printed no version: this is not a working ${name}`);
}
