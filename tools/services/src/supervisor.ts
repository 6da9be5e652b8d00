/**
 * The process that owns a clone's private servers: `node --import tsx supervisor.ts`. A user that
 * finds no supervisor starts it. Users communicate with it through their lease files only, and it
 * with them through the state file only. It starts the servers that a lease names, and ends them
 * and itself soon after the last lease is gone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { serverKinds, type ServerKind } from './catalog.js';
import { passwordOf } from './password.js';
import { poll } from './poll.js';
import { identifySelf, isAlive, signalTo } from './process-identity.js';
import { startServer, type ServerProcess } from './server-process.js';
import { serverSpec } from './server-spec.js';
import { messageOf } from './service-error.js';
import { servicesFolder, type ServicesFolder } from './services-folder.js';
import { releaseSupervisorLock, takeSupervisorLock } from './supervisor-lock.js';
import {
  lastState,
  publishState,
  withdrawState,
  type SupervisorState,
} from './supervisor-state.js';
import { leasesIn, unpin, type UsageLease } from './usage-lease.js';

const checkEveryMs = 250;
const graceMs = 2000; // between two specs there may be no user for a moment
const pinnedLeaseFreshMs = 30_000;
const orphansEndWithinMs = 10_000;

/** One kind of server: the one started last, which may have ended, or why that failed. */
interface Slot {
  server?: ServerProcess;
  failure?: { readonly message: string; readonly atMs: number } | undefined;
  starting?: Promise<void> | undefined;
}

class Supervisor {
  readonly #slots: Readonly<Record<ServerKind, Slot>> = { database: {}, redis: {} };
  readonly #shutdown = new AbortController();
  readonly #self = identifySelf();
  readonly #password: string;
  #skipsGrace = false;

  constructor(readonly folder: ServicesFolder) {
    this.#password = passwordOf(folder);
  }

  /** Ends without the grace period if there is no user. */
  stopNow(): void {
    this.#skipsGrace = true;
  }

  /** Runs the servers until there are no leases. */
  async run(): Promise<void> {
    let lastUseMs = performance.now();
    for (;;) {
      const leases = leasesIn(this.folder);
      if (leases.length > 0) lastUseMs = performance.now();
      else if ((this.#skipsGrace || performance.now() - lastUseMs > graceMs) && this.#tryShutdown())
        break;
      this.#skipsGrace = false;
      for (const kind of serverKinds) this.#startIfNeeded(kind, leases);
      this.#publish();
      await sleep(checkEveryMs);
    }
    this.#shutdown.abort();
    const end = async (slot: Slot): Promise<void> => {
      await slot.starting;
      await slot.server?.stop();
    };
    await Promise.all(Object.values(this.#slots).map(end));
  }

  /** Withdraws the state first, so that every user who still read it has its lease counted here. */
  #tryShutdown(): boolean {
    withdrawState(this.folder);
    return leasesIn(this.folder).length === 0;
  }

  #startIfNeeded(kind: ServerKind, leases: readonly UsageLease[]): void {
    const slot = this.#slots[kind];
    if (slot.starting !== undefined || slot.server?.isUp()) return;
    const failedAtMs = slot.failure?.atMs ?? 0;
    const lease = leases.find(
      ({ programs, sinceMs }) => programs[kind] !== undefined && sinceMs > failedAtMs,
    );
    const program = lease?.programs[kind];
    if (program === undefined) return;
    log(`${slot.server === undefined ? '' : `${kind} ended unexpectedly; `}starting ${program}`);
    slot.starting = this.#start(kind, program, slot);
  }

  async #start(kind: ServerKind, program: string, slot: Slot): Promise<void> {
    const spec = serverSpec(kind, program, this.folder, this.#password);
    try {
      slot.server = await startServer(spec, this.#shutdown.signal, slot.server?.port);
      slot.failure = undefined;
    } catch (error) {
      slot.failure = { message: messageOf(error), atMs: Date.now() };
      log(slot.failure.message);
    }
    slot.starting = undefined;
    this.#publish();
  }

  #publish(): void {
    if (this.#shutdown.signal.aborted) return;
    const state: SupervisorState = { supervisor: this.#self, servers: {}, failures: {} };
    for (const kind of serverKinds) {
      const { server, failure } = this.#slots[kind];
      if (server?.isUp()) state.servers[kind] = server.running;
      if (failure !== undefined) state.failures[kind] = failure;
    }
    publishState(this.folder, state);
  }
}

/** Ends the servers of a supervisor that was killed, where the kernel has not done so already. */
async function endOrphans(folder: ServicesFolder): Promise<void> {
  const orphans = Object.values(lastState(folder)?.servers ?? {}).map((server) => server.process);
  for (const orphan of orphans) signalTo(orphan, 'SIGTERM');
  await poll(100, orphansEndWithinMs, () => !orphans.some(isAlive) || undefined);
  for (const orphan of orphans) signalTo(orphan, 'SIGKILL');
  withdrawState(folder);
}

/** Removes the pinned lease of an earlier supervisor, for example from before a reboot. */
function dropStaleLeases(folder: ServicesFolder): void {
  unpin(folder, Date.now() - pinnedLeaseFreshMs);
}

function log(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

const folder = servicesFolder(process.env);
if (takeSupervisorLock(folder)) {
  process.title = 'coupon-race-supervisor';
  log('supervisor starts');
  try {
    const supervisor = new Supervisor(folder);
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.on(signal, () => supervisor.stopNow());
    await endOrphans(folder);
    dropStaleLeases(folder);
    await supervisor.run();
  } finally {
    releaseSupervisorLock(folder);
    log('supervisor ends');
  }
}
