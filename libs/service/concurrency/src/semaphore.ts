import { NoVerdict, type Deadline } from '@coupon/application';

/** How many pieces of work may run at once, and how many may wait. */
export interface SemaphoreLimits {
  readonly concurrencyMax: number;
  readonly queueMax: number;
}

/** A semaphore with a bounded FIFO queue, whose waiters leave when their deadline passes. */
export class BoundedSemaphore {
  private running = 0;
  private readonly queue = new Set<() => void>();

  /** `name` says in errors what callers wait for. */
  constructor(
    private readonly name: string,
    private readonly limits: SemaphoreLimits,
  ) {}

  /**
   * Runs `work` once a permit is free, and settles as it does. Rejects with NoVerdict 'unavailable'
   * when the queue is full, and 'contended' when the deadline passes in the queue.
   */
  async run<T>(work: () => Promise<T>, deadline: Deadline): Promise<T> {
    if (this.running < this.limits.concurrencyMax) this.running += 1;
    else await this.enqueue(deadline);
    try {
      return await work();
    } finally {
      this.release();
    }
  }

  private enqueue(deadline: Deadline): Promise<void> {
    const { queueMax } = this.limits;
    if (this.queue.size >= queueMax)
      throw new NoVerdict('unavailable', `${this.name}: ${queueMax} are waiting already`);
    const { signal } = deadline;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.queue.delete(acquire);
        reject(new NoVerdict('contended', `${this.name}: deadline passed in the queue`));
      };
      const acquire = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      if (signal.aborted) {
        onAbort();
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      this.queue.add(acquire);
    });
  }

  get concurrencyMax(): number {
    return this.limits.concurrencyMax;
  }

  /** How many callers wait in the queue. */
  get waiting(): number {
    return this.queue.size;
  }

  /** Nothing runs, so nothing waits either. */
  get idle(): boolean {
    return this.running === 0;
  }

  /** The permit passes straight to the first waiter, so that a later caller cannot take it. */
  private release(): void {
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
 * One {@link BoundedSemaphore} for each key, such as a coupon: contention on one key never delays
 * another. A semaphore exists only while it is in use.
 */
export class KeyedSemaphore<Key> {
  private readonly semaphores = new Map<Key, BoundedSemaphore>();

  constructor(
    private readonly name: string,
    private readonly limits: SemaphoreLimits,
  ) {}

  /** As {@link BoundedSemaphore.run}, on the semaphore of `key`. */
  async run<T>(key: Key, work: () => Promise<T>, deadline: Deadline): Promise<T> {
    const semaphore =
      this.semaphores.get(key) ?? new BoundedSemaphore(`${this.name} ${String(key)}`, this.limits);
    this.semaphores.set(key, semaphore);
    try {
      return await semaphore.run(work, deadline);
    } finally {
      if (semaphore.idle) this.semaphores.delete(key);
    }
  }

  /** How many callers wait for `key`. */
  waiting(key: Key): number {
    return this.semaphores.get(key)?.waiting ?? 0;
  }

  /** How many keys are in use. */
  get size(): number {
    return this.semaphores.size;
  }
}
