/** `npm run services -- start|stop|status|doctor`: manages the private servers by hand. */
import { Command } from 'commander';
import { serverKinds } from './catalog.js';
import { examine, format } from './doctor.js';
import { thisMachine } from './machine.js';
import { awaitShutdown } from './private-servers.js';
import { provideServices } from './provide-services.js';
import { messageOf, ServiceError } from './service-error.js';
import { servicesFolder } from './services-folder.js';
import { liveState } from './supervisor-state.js';
import { leasesIn, unpin } from './usage-lease.js';

const interrupted = new AbortController();
const { signal } = interrupted;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Starts the servers that the environment does not name, and leaves them running. */
async function start(): Promise<void> {
  const options = { need: serverKinds, log: print, signal, pin: true };
  await using services = await provideServices(options);
  print(`DATABASE_URL=${services.database.url}`);
  print(`REDIS_URL=${services.redis.url}`);
  if (leasesIn(servicesFolder(process.env)).some(({ user }) => user === null))
    print('The private servers run until: npm run services -- stop');
}

/** Undoes `start`. Servers that are in use run on until their last user ends. */
async function stop(): Promise<void> {
  const folder = servicesFolder(process.env);
  unpin(folder);
  if (await awaitShutdown(folder)) print('No private server is running.');
  else print(`The private servers end with their users: ${users()}.`);
}

/** Prints what is running and who uses it. */
function status(): void {
  const state = liveState(servicesFolder(process.env));
  for (const kind of serverKinds) {
    const server = state?.servers[kind];
    const text = server
      ? `${server.flavour} ${server.version}, process ${server.process.pid}, ${server.url}`
      : 'not running';
    print(`${kind.padEnd(9)}${text}`);
  }
  print(`users    ${users() || 'none'}`);
}

function users(): string {
  const names = leasesIn(servicesFolder(process.env)).map(({ user }) =>
    user === null ? 'services start' : `process ${user.pid}`,
  );
  return [...new Set(names)].join(', ');
}

/** Exits with code 1 when something is missing. */
async function doctor(): Promise<void> {
  const findings = await examine(thisMachine(process.env));
  for (const finding of findings) print(format(finding));
  if (findings.some(({ grade }) => grade === 'missing')) process.exitCode = 1;
}

const program = new Command('services').description('The private MariaDB and Redis of this clone.');
program.command('start').description('start them, and keep them running until stop').action(start);
program.command('stop').description('end them unless they are in use').action(stop);
program.command('status').description('show what is running, and its users').action(status);
program.command('doctor').description('check everything that a run needs').action(doctor);

for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = signal.aborted ? 130 : 1;
  if (!signal.aborted) process.stderr.write(`${messageOf(error)}\n`);
  if (!signal.aborted && !(error instanceof ServiceError))
    process.stderr.write('This is a fault of the services tool itself.\n');
}
