import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from '@coupon/results';
import type { Statement, StatementGate, StatementResult } from './statement.js';

/** How long a silence lasts before the scheduler draws a conclusion from it. */
export interface SilenceLimits {
  /**
   * A client that could have moved and has not for this long is blocked by another one. 0: one pass
   * of the event loop.
   */
  readonly blockedAfterMs: number;
  /**
   * A round in which every client is blocked for this long is given up. Must be longer than the
   * database's own lock wait.
   */
  readonly hungAfterMs: number;
  /**
   * A round trip to the database. On a busy machine an answer can be late although no client waits
   * for another, so a silence counts only after twelve further probes were answered in a row: the
   * busier the machine, the longer that takes.
   */
  readonly probe?: () => Promise<unknown>;
}

/**
 * Picks the next client: one of `ready` (never empty, ascending), or null when the client whose
 * turn it is has not sent its statement yet.
 */
export type Choose = (ready: readonly number[]) => number | null;

/**
 * The round did not follow its schedule: a slow client was taken for a blocked one, or no client
 * moved any more. The round has to be played again.
 */
export class ReplayDiverged extends Error {
  override readonly name = 'ReplayDiverged';
}

/** COMMIT and ROLLBACK wait for the disk, never for another client; a slower answer is a fault. */
const RELEASE_ANSWERED_MS = 2_000;
/**
 * Another client's statement makes a client the victim of a deadlock; the victim's answer can come
 * a moment after that statement's.
 */
const DEADLOCK_GRACE_MS = 3;
const CHOSEN_CLIENT_MS = 300;
const PROBES = 12;

type Phase = 'away' | 'waiting' | 'executing' | 'done';

interface Client {
  phase: Phase;
  /** When it entered its phase, and how long it may stay there before it counts as stuck. */
  sinceMs: number;
  patienceMs: number;
  stuck: boolean;
  /** The number of releases when its statement was first seen blocked; null: it was not. */
  blockedAtRelease: number | null;
  statement: Statement | undefined;
  proceed: (() => void) | undefined;
}

/**
 * Lets the statements of several clients through one at a time, in the order that a `Choose` picks.
 * A statement that the database does not answer, since it waits for another client, is left waiting
 * and the next one is let through, as happens in production.
 */
export class StatementScheduler implements StatementGate {
  private readonly recorded: Step[] = [];
  private readonly currentClient = new AsyncLocalStorage<number>();
  private readonly clients: Client[] = [];
  private readonly beganMs = performance.now();
  private wake: () => void = () => undefined;
  private releases = 0;
  private isOpen = false;
  private divergence: string | undefined;
  private suspect: { readonly text: string; readonly releases: number } | undefined;

  constructor(private readonly limits: SilenceLimits) {}

  /** Starts a client, to which every statement sent by `work` belongs. Settles as `work` does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const client: Client = {
      phase: 'away',
      sinceMs: performance.now(),
      patienceMs: this.limits.blockedAfterMs,
      stuck: false,
      blockedAtRelease: null,
      statement: undefined,
      proceed: undefined,
    };
    const index = this.clients.push(client) - 1;
    try {
      return await this.currentClient.run(index, work);
    } finally {
      client.phase = 'done';
      this.noteRelease();
      this.wake();
    }
  }

  async send<T>(
    statement: Statement,
    execute: () => Promise<T>,
    describe: (result: T) => StatementResult,
  ): Promise<T> {
    const index = this.currentClient.getStore();
    const client = index === undefined ? undefined : this.clients[index];
    // background work of a strategy belongs to no client
    if (index === undefined || client === undefined) return execute();
    if (client.phase === 'waiting' || client.phase === 'executing')
      throw new Error(
        `client ${index} sent "${statement.text}" while another statement of its own was under way`,
      );
    await this.waitForTurn(client, statement);
    const atMs = this.nowMs();
    const record = ({ effect, read }: StatementResult): void => {
      this.recorded.push({
        client: index,
        statement: statement.text,
        effect,
        blocked: client.blockedAtRelease !== null,
        valueRead: read,
        valueWritten: statement.written,
        atMs,
        answeredAtMs: this.nowMs(),
      });
    };
    try {
      const result = await execute();
      this.noteAnswer(client, statement.releases);
      record(describe(result));
      return result;
    } catch (error) {
      this.noteAnswer(client, true); // the victim of a deadlock has released its locks
      record({ effect: effectOf(error), read: null });
      throw error;
    }
  }

  /** The statements that ran, in the order of sending. */
  get steps(): readonly Step[] {
    return [...this.recorded].sort((a, b) => a.atMs - b.atMs);
  }

  /**
   * Lets the clients through until all of them are done; `choose` picks the next. Rejects with
   * ReplayDiverged. After any failure every statement passes unhindered, so that nothing stays
   * open.
   */
  async play(choose: Choose): Promise<void> {
    try {
      for (;;) {
        await this.settle();
        this.detectFalseBlock();
        if (this.clients.every(({ phase }) => phase === 'done')) return;
        await this.next(choose);
      }
    } catch (error) {
      this.letAllThrough();
      throw error;
    }
  }

  /** Waits until every client waits for its turn, is done, or is blocked. */
  async settle(): Promise<void> {
    await new Promise(setImmediate);
    for (;;) {
      const moving = this.clients.filter(
        ({ phase, stuck }) => !stuck && (phase === 'away' || phase === 'executing'),
      );
      if (moving.length === 0) return;
      const untilMs = Math.min(...moving.map(({ sinceMs, patienceMs }) => sinceMs + patienceMs));
      const leftMs = untilMs - performance.now();
      if (leftMs > 0) await this.nextEvent(leftMs);
      else if (await this.staysQuiet())
        for (const client of moving)
          if (client.sinceMs + client.patienceMs <= untilMs) this.markBlocked(client);
    }
  }

  /** From now on no statement waits for a turn. */
  letAllThrough(): void {
    this.isOpen = true;
    for (const client of this.clients) client.proceed?.();
  }

  /**
   * Throws ReplayDiverged when a statement marked as blocked was only slow: it was answered
   * although no client had released anything.
   */
  private detectFalseBlock(): void {
    if (this.suspect?.releases === this.releases)
      this.divergence ??= `"${this.suspect.text}" was only slow, not blocked`;
    this.suspect = undefined;
    if (this.divergence !== undefined) throw new ReplayDiverged(this.divergence);
  }

  private nowMs(): number {
    return Math.round((performance.now() - this.beganMs) * 1_000) / 1_000;
  }

  private async next(choose: Choose): Promise<void> {
    const ready = this.clients.flatMap(({ phase }, index) => (phase === 'waiting' ? [index] : []));
    const chosen = ready.length === 0 ? null : choose(ready);
    if (chosen !== null) {
      this.clients[chosen]?.proceed?.();
      return;
    }
    const waitMs = ready.length === 0 ? this.limits.hungAfterMs : CHOSEN_CLIENT_MS;
    if (!(await this.nextEvent(waitMs)))
      throw new ReplayDiverged(
        ready.length === 0
          ? `no client moved for ${waitMs} ms`
          : `the client whose turn it is did not come within ${waitMs} ms`,
      );
  }

  /** Probes the database; true if no client moves meanwhile. */
  private async staysQuiet(): Promise<boolean> {
    const { probe } = this.limits;
    if (probe === undefined) return true;
    const moved = new AbortController();
    this.wake = () => moved.abort();
    for (let n = 0; n < PROBES && !moved.signal.aborted; n += 1) await probe();
    return !moved.signal.aborted;
  }

  /** Waits for any client to move, at most `withinMs`; true when one did. */
  private async nextEvent(withinMs: number): Promise<boolean> {
    const timer = new AbortController();
    const moved = new Promise<boolean>((resolve) => (this.wake = () => resolve(true)));
    const timeout = sleep(withinMs, false, { signal: timer.signal }).catch(() => false);
    const result = await Promise.race([moved, timeout]);
    timer.abort();
    return result;
  }

  private async waitForTurn(client: Client, statement: Statement): Promise<void> {
    client.statement = statement;
    client.stuck = false;
    client.blockedAtRelease = null;
    if (statement.takesTurn && !this.isOpen) {
      client.phase = 'waiting';
      const itsTurn = new Promise<void>((resolve) => (client.proceed = resolve));
      this.wake();
      await itsTurn;
      client.proceed = undefined;
    }
    const { blockedAfterMs } = this.limits;
    enterPhase(client, 'executing', statement.releases ? RELEASE_ANSWERED_MS : blockedAfterMs);
  }

  private noteAnswer(client: Client, releases: boolean): void {
    const { blockedAfterMs } = this.limits;
    // A deadlock lets its survivor proceed before its victim is answered: whether anything was
    // released is seen once all is quiet.
    if (client.blockedAtRelease === this.releases && !releases)
      this.suspect = { text: client.statement?.text ?? '', releases: this.releases };
    if (releases) this.noteRelease();
    else
      for (const other of this.clients)
        if (other.stuck && other.phase === 'executing')
          enterPhase(other, 'executing', Math.min(DEADLOCK_GRACE_MS, blockedAfterMs));
    enterPhase(client, 'away', blockedAfterMs);
    this.wake();
  }

  /** Every blocked client may proceed now. */
  private noteRelease(): void {
    this.releases += 1;
    for (const client of this.clients)
      if (client.stuck) enterPhase(client, client.phase, this.limits.blockedAfterMs);
  }

  private markBlocked(client: Client): void {
    if (client.statement?.releases === true && client.phase === 'executing')
      this.divergence =
        `"${client.statement.text}" was not answered within ` + `${RELEASE_ANSWERED_MS} ms`;
    client.stuck = true;
    if (client.phase === 'executing') client.blockedAtRelease ??= this.releases;
  }
}

function enterPhase(client: Client, phase: Phase, patienceMs: number): void {
  Object.assign(client, { phase, patienceMs, sinceMs: performance.now(), stuck: false });
}

const effectOf = (error: unknown): string => {
  const errno: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'errno') : undefined;
  if (typeof errno === 'number') return `errno ${errno}`;
  return error instanceof Error ? error.message : String(error);
};
