/**
 * The process that owns a clone's private servers: `node --import tsx keeper.ts`. It is started by
 * whoever needs a server and finds no keeper. Users speak to it through their lease files only, it
 * to them through the state file only; it starts what a lease asks for and ends everything, itself
 * last, soon after the last lease is gone.
 */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { servicesFolder, type ServicesFolder } from './folder.js';
import { returnKeeperLock, takeKeeperLock } from './keeper-lock.js';
import { lastState, publish, retract, type KeeperState } from './keeper-state.js';
import { leasesIn, type Lease } from './lease.js';
import { identify, isAlive, signalTo, type ProcessIdentity } from './process-identity.js';
import { recipeFor } from './recipe.js';
import { secretsOf, type Secrets } from './secrets.js';
import { startServer, type ServerProcess } from './server-process.js';
import { serverKinds, type ServerKind } from './source.js';

const lookEveryMs = 250;
const graceMs = 2000; // between one spec and the next nobody may need the servers for a moment
const keptFreshMs = 30_000;
const orphansEndWithinMs = 10_000;

class Keeper {
  readonly #servers = new Map<ServerKind, ServerProcess>();
  readonly #starting = new Set<ServerKind>();
  readonly #ports = new Map<ServerKind, number>();
  readonly #ending = new AbortController();
  readonly #secrets: Secrets;
  #faults: KeeperState['faults'] = {};
  #published = '';
  #hurried = false;

  constructor(
    readonly folder: ServicesFolder,
    readonly self: ProcessIdentity,
  ) {
    this.#secrets = secretsOf(folder);
  }

  /** Ends without the grace, if nobody needs the servers. */
  hurry(): void {
    this.#hurried = true;
  }

  /** Serves the leases until there are none. */
  async run(): Promise<void> {
    let neededAtMs = Date.now();
    for (;;) {
      const leases = leasesIn(this.folder);
      if (leases.length > 0) neededAtMs = Date.now();
      if (
        leases.length === 0 &&
        (this.#hurried || Date.now() - neededAtMs > graceMs) &&
        this.#resign()
      )
        break;
      this.#hurried = false;
      this.#forgetFallen();
      for (const kind of serverKinds) this.#startIfNeeded(kind, leases);
      this.#publish();
      await sleep(lookEveryMs);
    }
    await this.#endServers();
  }

  /**
   * First nobody may find us any more, only then the last look: a user who still found us has its
   * lease in there.
   */
  #resign(): boolean {
    retract(this.folder);
    this.#published = '';
    return leasesIn(this.folder).length === 0;
  }

  #forgetFallen(): void {
    for (const [kind, server] of this.#servers) {
      if (server.isUp()) continue;
      say(`${kind} ended by itself`);
      this.#servers.delete(kind);
    }
  }

  #startIfNeeded(kind: ServerKind, leases: readonly Lease[]): void {
    if (this.#servers.has(kind) || this.#starting.has(kind)) return;
    const fault = this.#faults[kind];
    const lease = leases.find(
      ({ sources, sinceMs }) =>
        sources[kind] !== undefined && (fault === undefined || sinceMs > fault.atMs),
    );
    const source = lease?.sources[kind];
    if (source === undefined) return;
    this.#starting.add(kind);
    say(`starting ${kind} with ${source.program}`);
    const recipe = recipeFor(kind, source, this.folder, this.#secrets);
    startServer(recipe, this.#ending.signal, this.#ports.get(kind))
      .then((server) => {
        this.#faults = Object.fromEntries(
          Object.entries(this.#faults).filter(([cured]) => cured !== kind),
        );
        this.#servers.set(kind, server);
        this.#ports.set(kind, server.port);
      })
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        say(message);
        this.#faults = { ...this.#faults, [kind]: { message, atMs: Date.now() } };
      })
      .finally(() => {
        this.#starting.delete(kind);
        this.#publish();
      });
  }

  #publish(): void {
    if (this.#ending.signal.aborted) return;
    const servers = Object.fromEntries(
      [...this.#servers].map(([kind, { running }]) => [kind, running]),
    );
    const state: KeeperState = { keeper: this.self, servers, faults: this.#faults };
    const text = JSON.stringify(state);
    if (text === this.#published) return;
    publish(this.folder, state);
    this.#published = text;
  }

  async #endServers(): Promise<void> {
    this.#ending.abort();
    while (this.#starting.size > 0) await sleep(50);
    await Promise.all([...this.#servers.values()].map((server) => server.stop()));
  }
}

/**
 * Ends servers that a keeper before us left behind when it was killed (where the kernel did not do
 * that already).
 */
async function endOrphans(folder: ServicesFolder): Promise<void> {
  const orphans = Object.values(lastState(folder)?.servers ?? {}).map((server) => server.process);
  for (const orphan of orphans) signalTo(orphan, 'SIGTERM');
  const deadlineMs = Date.now() + orphansEndWithinMs;
  while (orphans.some(isAlive) && Date.now() < deadlineMs) await sleep(100);
  for (const orphan of orphans) signalTo(orphan, 'SIGKILL');
  retract(folder);
}

/** `services start` of a time before this keeper (before a reboot, say) does not count any more. */
function dropOldWishes(folder: ServicesFolder): void {
  for (const lease of leasesIn(folder))
    if (lease.user === null && Date.now() - lease.sinceMs > keptFreshMs)
      rmSync(lease.file, { force: true });
}

function say(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

const folder = servicesFolder(process.env);
const self = identify(process.pid);
if (self !== null && takeKeeperLock(folder)) {
  const keeper = new Keeper(folder, self);
  process.title = 'coupon-race-keeper';
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => keeper.hurry());
  say('keeper begins');
  try {
    await endOrphans(folder);
    dropOldWishes(folder);
    await keeper.run();
  } finally {
    returnKeeperLock(folder);
    say('keeper ends');
  }
}
