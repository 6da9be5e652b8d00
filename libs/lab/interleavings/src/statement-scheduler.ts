import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Statement, Step, StatementGate } from './statement.js';

/** How long silence must last before it means something. */
export interface Patience {
  /**
   * A client that has not moved for so long after it could have waits for another one. 0: for one
   * pass of the event loop.
   */
  readonly blockedAfterMs: number;
  /**
   * With everybody blocked for so long, the round is given up. Must be longer than the database's
   * own lock wait.
   */
  readonly hungAfterMs: number;
  /**
   * A round trip to the database. On a busy machine an answer can be late without anybody waiting
   * for anybody; so silence counts only if this was answered, a dozen times in a row, after it had
   * lasted its time: the busier the machine, the longer that takes.
   */
  readonly probe?: () => Promise<unknown>;
}

/**
 * Who goes next: one of `ready` (never empty, ascending), or null when the one that is wanted has
 * not come to the turnstile yet.
 */
export type Choose = (ready: readonly number[]) => number | null;

/**
 * The round did not go as it must have: a client was taken for blocked that was only slow, or
 * nobody moved any more. Play it again.
 */
export class ReplayDiverged extends Error {
  override readonly name = 'ReplayDiverged';
}

/**
 * COMMIT and ROLLBACK wait for the disk, never for another client; so slow an answer is a fault.
 */
const RELEASE_ANSWERED_MS = 2_000;
/**
 * A deadlock's victim hears of it by the statement of another; its answer can come a moment after
 * that statement's.
 */
const GRACE_MS = 3;
const WANTED_MS = 300;
const PROBES = 12;

type Phase = 'away' | 'waiting' | 'asking' | 'done';

interface Client {
  phase: Phase;
  /** Since when it could have moved. */
  sinceMs: number;
  patienceMs: number;
  /** Did not move for its whole patience. */
  stuck: boolean;
  /**
   * How many releases there had been when its statement was first found to wait for another client;
   * null: it was not.
   */
  blockedAtRelease: number | null;
  statement: Statement | undefined;
  pass: (() => void) | undefined;
}

/**
 * Lets the statements of some clients through one at a time, in an order that somebody chooses. A
 * statement which the database does not answer, since it waits for another client, is left waiting
 * and the next is let through, just as it happens in life.
 */
export class StatementScheduler implements StatementGate {
  private readonly taken: Step[] = [];
  private readonly who = new AsyncLocalStorage<number>();
  private readonly clients: Client[] = [];
  private readonly beganMs = performance.now();
  private wake: () => void = () => undefined;
  private releases = 0;
  private open = false;
  private misjudged: string | undefined;
  private suspect: { readonly text: string; readonly releases: number } | undefined;

  constructor(private readonly patience: Patience) {}

  /** Starts a client: all that `work` sends belongs to it. Resolves or rejects as `work` does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const client: Client = {
      phase: 'away',
      sinceMs: performance.now(),
      patienceMs: this.patience.blockedAfterMs,
      stuck: false,
      blockedAtRelease: null,
      statement: undefined,
      pass: undefined,
    };
    const index = this.clients.push(client) - 1;
    try {
      return await this.who.run(index, work);
    } finally {
      client.phase = 'done';
      this.noteRelease();
      this.wake();
    }
  }

  async send<T>(
    statement: Statement,
    ask: () => Promise<T>,
    tell: (result: T) => Answer,
  ): Promise<T> {
    const index = this.who.getStore();
    const client = index === undefined ? undefined : this.clients[index];
    if (index === undefined || client === undefined) return ask(); // a strategy's background work belongs to no client
    if (client.phase === 'waiting' || client.phase === 'asking')
      throw new Error(
        `client ${index} sent "${statement.text}" while another statement of its own was under way`,
      );
    await this.turn(client, statement);
    const atMs = this.nowMs();
    const note = ({ effect, read }: Answer): void => {
      this.taken.push({
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
      const result = await ask();
      this.answered(client, statement.releases);
      note(tell(result));
      return result;
    } catch (error) {
      this.answered(client, true); // what fails with a deadlock has let go of its locks
      note({ effect: effectOf(error), read: null });
      throw error;
    }
  }

  /** What was run, in the order of sending. */
  get steps(): readonly Step[] {
    return [...this.taken].sort((a, b) => a.atMs - b.atMs);
  }

  /**
   * Lets the clients through until all of them are done; `choose` says who is next. Rejects with
   * ReplayDiverged (see there), and then as after any failure everybody passes unhindered, so that
   * nothing stays open.
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

  /** Waits until every client stands at the turnstile, is done, or is blocked. */
  async settle(): Promise<void> {
    await new Promise(setImmediate);
    for (;;) {
      const moving = this.clients.filter(
        ({ phase, stuck }) => !stuck && (phase === 'away' || phase === 'asking'),
      );
      if (moving.length === 0) return;
      const untilMs = Math.min(...moving.map(({ sinceMs, patienceMs }) => sinceMs + patienceMs));
      const leftMs = untilMs - performance.now();
      if (leftMs > 0) await this.event(leftMs);
      else if (await this.staysQuiet())
        for (const client of moving)
          if (client.sinceMs + client.patienceMs <= untilMs) this.markBlocked(client);
    }
  }

  /** From now on nobody waits for a turn. */
  letAllThrough(): void {
    this.open = true;
    for (const client of this.clients) client.pass?.();
  }

  /**
   * Throws ReplayDiverged when what was taken for blocked was only slow: it went on although nobody had
   * let go of anything.
   */
  private detectFalseBlock(): void {
    if (this.suspect?.releases === this.releases)
      this.misjudged ??= `"${this.suspect.text}" was only slow, not blocked`;
    this.suspect = undefined;
    if (this.misjudged !== undefined) throw new ReplayDiverged(this.misjudged);
  }

  private nowMs(): number {
    return Math.round((performance.now() - this.beganMs) * 1_000) / 1_000;
  }

  private async next(choose: Choose): Promise<void> {
    const ready = this.clients.flatMap(({ phase }, index) => (phase === 'waiting' ? [index] : []));
    const chosen = ready.length === 0 ? null : choose(ready);
    const waitMs = ready.length === 0 ? this.patience.hungAfterMs : WANTED_MS;
    if (chosen !== null) return this.clients[chosen]?.pass?.();
    if (!(await this.event(waitMs)))
      throw new ReplayDiverged(
        ready.length === 0
          ? `nobody moved for ${waitMs} ms`
          : `the client whose turn it is did not come within ${waitMs} ms`,
      );
  }

  /** True if nothing happens while the probes go there and back. */
  private async staysQuiet(): Promise<boolean> {
    const { probe } = this.patience;
    if (probe === undefined) return true;
    let quiet = true;
    this.wake = () => (quiet = false);
    for (let n = 0; n < PROBES && quiet; n += 1) await probe();
    return quiet;
  }

  /** Waits for anything to happen, at most `withinMs`; true when it did. */
  private async event(withinMs: number): Promise<boolean> {
    const given = new AbortController();
    const happened = new Promise<boolean>((resolve) => (this.wake = () => resolve(true)));
    const tooLong = sleep(withinMs, false, { signal: given.signal }).catch(() => false);
    const result = await Promise.race([happened, tooLong]);
    given.abort();
    return result;
  }

  private async turn(client: Client, statement: Statement): Promise<void> {
    client.statement = statement;
    client.stuck = false;
    client.blockedAtRelease = null;
    if (statement.takesTurn && !this.open) {
      client.phase = 'waiting';
      const passed = new Promise<void>((resolve) => (client.pass = resolve));
      this.wake();
      await passed;
      client.pass = undefined;
    }
    this.moves(
      client,
      'asking',
      statement.releases ? RELEASE_ANSWERED_MS : this.patience.blockedAfterMs,
    );
  }

  private answered(client: Client, releases: boolean): void {
    // A deadlock lets its survivor go on before its victim hears of it: whether nothing was
    // released is seen when all is quiet.
    if (client.blockedAtRelease === this.releases && !releases)
      this.suspect = { text: client.statement?.text ?? '', releases: this.releases };
    if (releases) this.noteRelease();
    else
      for (const other of this.clients)
        if (other.stuck && other.phase === 'asking')
          this.moves(other, 'asking', Math.min(GRACE_MS, this.patience.blockedAfterMs));
    this.moves(client, 'away', this.patience.blockedAfterMs);
    this.wake();
  }

  /** Whoever was blocked may go on now. */
  private noteRelease(): void {
    this.releases += 1;
    for (const client of this.clients)
      if (client.stuck) this.moves(client, client.phase, this.patience.blockedAfterMs);
  }

  private moves(client: Client, phase: Phase, patienceMs: number): void {
    Object.assign(client, { phase, patienceMs, sinceMs: performance.now(), stuck: false });
  }

  private markBlocked(client: Client): void {
    if (client.statement?.releases === true && client.phase === 'asking')
      this.misjudged = `"${client.statement.text}" was not answered within ${RELEASE_ANSWERED_MS} ms`;
    client.stuck = true;
    if (client.phase === 'asking') client.blockedAtRelease ??= this.releases;
  }
}

const effectOf = (error: unknown): string => {
  const errno: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'errno') : undefined;
  return typeof errno === 'number'
    ? `errno ${errno}`
    : error instanceof Error
      ? error.message
      : String(error);
};
