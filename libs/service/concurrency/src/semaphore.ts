import { NoVerdict, type Deadline } from '@coupon/application';

/** How many may be inside at once, and how many may stand in line before it. */
export interface SemaphoreLimits {
  readonly concurrencyMax: number;
  readonly queueMax: number;
}

/**
 * A bounded door: first come, first in. Whoever waits past its deadline leaves the line; a full
 * line turns newcomers away.
 */
export class BoundedSemaphore {
  private running = 0;
  private readonly queue = new Set<() => void>();

  /** `name` says in errors what is being waited for. */
  constructor(
    private readonly name: string,
    private readonly limits: SemaphoreLimits,
  ) {}

  /**
   * Runs `work` once a place is free, and resolves or rejects as it does. Rejects with NoVerdict:
   * 'unavailable' when the line is full, 'contended' when the deadline passes in it.
   */
  async run<T>(work: () => Promise<T>, deadline: Deadline): Promise<T> {
    if (this.running < this.limits.concurrencyMax) this.running += 1;
    else await this.enqueue(deadline);
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private enqueue(deadline: Deadline): Promise<void> {
    if (this.queue.size >= this.limits.queueMax) {
      throw new NoVerdict(
        'unavailable',
        `${this.name}: ${this.limits.queueMax} are waiting already`,
      );
    }
    const { signal } = deadline;
    return new Promise((enter, turnAway) => {
      const giveUp = () => {
        this.queue.delete(called);
        turnAway(new NoVerdict('contended', `${this.name}: deadline passed in line`));
      };
      const called = () => {
        signal.removeEventListener('abort', giveUp);
        enter();
      };
      if (signal.aborted) return giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
      this.queue.add(called);
    });
  }

  get concurrencyMax(): number {
    return this.limits.concurrencyMax;
  }

  /** How many stand in line. */
  get waiting(): number {
    return this.queue.size;
  }

  /** Nobody is inside, so nobody waits either. */
  get idle(): boolean {
    return this.running === 0;
  }

  /**
   * The place passes straight to the next in line, so nobody who comes later can slip in between.
   */
  private leave(): void {
    const [next] = this.queue;
    if (next === undefined) {
      this.running -= 1;
      return;
    }
    this.queue.delete(next);
    next();
  }
}

/**
 * A gate for each key, such as a coupon: a crowd before one never holds up another. A gate lives as
 * long as it is in use.
 */
export class KeyedSemaphore<Key> {
  private readonly semaphores = new Map<Key, BoundedSemaphore>();

  constructor(
    private readonly name: string,
    private readonly limits: SemaphoreLimits,
  ) {}

  /** As {@link BoundedSemaphore.run}, at the gate of `key`. */
  async run<T>(key: Key, work: () => Promise<T>, deadline: Deadline): Promise<T> {
    const gate =
      this.semaphores.get(key) ?? new BoundedSemaphore(`${this.name} ${String(key)}`, this.limits);
    this.semaphores.set(key, gate);
    try {
      return await gate.run(work, deadline);
    } finally {
      if (gate.idle) this.semaphores.delete(key);
    }
  }

  /** How many stand in line at the gate of `key`. */
  waiting(key: Key): number {
    return this.semaphores.get(key)?.waiting ?? 0;
  }

  /** KeyedSemaphore in use: as many as there are keys with somebody inside. */
  get size(): number {
    return this.semaphores.size;
  }
}
