import { NoVerdict, type Deadline } from '@coupon/application';

/** How many may be inside at once, and how many may stand in line before it. */
export interface GateLimits {
  readonly insideMax: number;
  readonly queueMax: number;
}

/**
 * A bounded door: first come, first in. Whoever waits past its deadline leaves the line; a full
 * line turns newcomers away.
 */
export class Gate {
  private inside = 0;
  private readonly line = new Set<() => void>();

  /** `name` says in errors what is being waited for. */
  constructor(
    private readonly name: string,
    private readonly limits: GateLimits,
  ) {}

  /**
   * Runs `work` once a place is free, and resolves or rejects as it does. Rejects with NoVerdict:
   * 'unavailable' when the line is full, 'contended' when the deadline passes in it.
   */
  async pass<T>(work: () => Promise<T>, deadline: Deadline): Promise<T> {
    if (this.inside < this.limits.insideMax) this.inside += 1;
    else await this.standInLine(deadline);
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private standInLine(deadline: Deadline): Promise<void> {
    if (this.line.size >= this.limits.queueMax) {
      throw new NoVerdict(
        'unavailable',
        `${this.name}: ${this.limits.queueMax} are waiting already`,
      );
    }
    const { signal } = deadline;
    return new Promise((enter, turnAway) => {
      const giveUp = () => {
        this.line.delete(called);
        turnAway(new NoVerdict('contended', `${this.name}: deadline passed in line`));
      };
      const called = () => {
        signal.removeEventListener('abort', giveUp);
        enter();
      };
      if (signal.aborted) return giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
      this.line.add(called);
    });
  }

  get insideMax(): number {
    return this.limits.insideMax;
  }

  /** How many stand in line. */
  get waiting(): number {
    return this.line.size;
  }

  /** Nobody is inside, so nobody waits either. */
  get idle(): boolean {
    return this.inside === 0;
  }

  /**
   * The place passes straight to the next in line, so nobody who comes later can slip in between.
   */
  private leave(): void {
    const [next] = this.line;
    if (next === undefined) {
      this.inside -= 1;
      return;
    }
    this.line.delete(next);
    next();
  }
}

/**
 * A gate for each key, such as a coupon: a crowd before one never holds up another. A gate lives as
 * long as it is in use.
 */
export class Gates<Key> {
  private readonly gates = new Map<Key, Gate>();

  constructor(
    private readonly name: string,
    private readonly limits: GateLimits,
  ) {}

  /** As {@link Gate.pass}, at the gate of `key`. */
  async pass<T>(key: Key, work: () => Promise<T>, deadline: Deadline): Promise<T> {
    const gate = this.gates.get(key) ?? new Gate(`${this.name} ${String(key)}`, this.limits);
    this.gates.set(key, gate);
    try {
      return await gate.pass(work, deadline);
    } finally {
      if (gate.idle) this.gates.delete(key);
    }
  }

  /** How many stand in line at the gate of `key`. */
  waiting(key: Key): number {
    return this.gates.get(key)?.waiting ?? 0;
  }

  /** Gates in use: as many as there are keys with somebody inside. */
  get size(): number {
    return this.gates.size;
  }
}
