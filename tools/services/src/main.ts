/** `npm run services -- start|stop|status|doctor`: the private servers by hand. */
import { Command } from 'commander';
import { examine, linesOf } from './doctor.js';
import { servicesFolder } from './folder.js';
import { currentState } from './keeper-state.js';
import { keep, leasesIn, letGo } from './lease.js';
import { thisMachine } from './machine.js';
import { untilEnded, untilRunning } from './private-servers.js';
import { provideServices } from './provide-services.js';
import { provision } from './provision.js';
import { ServiceError } from './service-missing.js';
import { serverKinds } from './source.js';

const interrupted = new AbortController();
const machine = thisMachine(process.env);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Starts what the environment does not give, and leaves it running. */
async function start(): Promise<void> {
  const given = { database: process.env['DATABASE_URL'], redis: process.env['REDIS_URL'] };
  const toRun = serverKinds.filter((kind) => !given[kind]);
  const found = await provision(toRun, machine, say, interrupted.signal);
  const sources = Object.fromEntries(toRun.map((kind) => [kind, found[kind]]));
  const folder = servicesFolder(process.env);
  if (toRun.length > 0) {
    keep(folder, sources);
    try {
      await untilRunning(folder, sources, say, interrupted.signal);
    } catch (error) {
      letGo(folder);
      throw error;
    }
  }
  const services = await provideServices({
    need: serverKinds,
    log: say,
    signal: interrupted.signal,
  });
  say(`DATABASE_URL=${services.database.url}`);
  say(`REDIS_URL=${services.redis.url}`);
  if (toRun.length > 0) say('They run until: npm run services -- stop');
  await services[Symbol.asyncDispose]();
}

/** Takes `start` back. Servers that somebody still uses live on until that ends. */
async function stop(): Promise<void> {
  const folder = servicesFolder(process.env);
  letGo(folder);
  if (await untilEnded(folder)) return say('No private server is running.');
  const users = leasesIn(folder).map((lease) => lease.user?.pid);
  say(`They are still in use by process ${[...new Set(users)].join(', ')}, and end with it.`);
}

/** Says what is alive and who uses it. */
function status(): void {
  const folder = servicesFolder(process.env);
  const state = currentState(folder);
  for (const kind of serverKinds) {
    const server = state?.servers[kind];
    say(
      `${kind.padEnd(9)}${server ? `${server.flavour} ${server.version}, process ${server.process.pid}, ${server.url}` : 'not running'}`,
    );
  }
  const users = leasesIn(folder);
  const names = [
    ...new Set(users.map(({ user }) => (user === null ? 'services start' : `process ${user.pid}`))),
  ];
  say(`users    ${names.length === 0 ? 'none' : names.join(', ')}`);
}

/** Exit code 1 when something is missing. */
async function doctor(): Promise<void> {
  const findings = await examine(machine);
  for (const finding of findings) for (const line of linesOf(finding)) say(line);
  if (findings.some(({ grade }) => grade === 'bad')) process.exitCode = 1;
}

const program = new Command('services').description('The private MariaDB and Redis of this clone.');
program.command('start').description('start them, and keep them running until stop').action(start);
program.command('stop').description('end them, unless somebody uses them').action(stop);
program.command('status').description('say what is alive').action(status);
program
  .command('doctor')
  .description('look at everything a run needs, and say what to do')
  .action(doctor);

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => interrupted.abort());
try {
  await program.parseAsync();
} catch (error) {
  if (interrupted.signal.aborted) process.exitCode = 130;
  else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (!(error instanceof ServiceError))
      process.stderr.write('This is a fault of the services tool itself.\n');
    process.exitCode = 1;
  }
}
