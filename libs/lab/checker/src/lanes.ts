/** A time at which a lane is free again. */
interface Free {
  readonly lane: number;
  readonly atMs: number;
}

/**
 * Lays intervals out on as few lanes as will hold them without overlap, as outside checkers want
 * their processes. To be asked in the order of starts. A binary heap of the lanes by the time that
 * they become free: with n intervals on k lanes it takes n log k.
 */
export class Lanes {
  readonly #heap: Free[] = [];
  #made = 0;

  /** The lane for an interval; `endMs` of null: it never ends, and its lane takes no other. */
  take(startMs: number, endMs: number | null): number {
    const soonest = this.#heap[0];
    const reused = soonest !== undefined && soonest.atMs < startMs;
    const lane = reused ? soonest.lane : this.#made++;
    if (reused) this.#removeTop();
    if (endMs !== null) this.#insert({ lane, atMs: endMs });
    return lane;
  }

  #insert(free: Free): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(free);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      const above = heap[parent];
      if (above === undefined || above.atMs <= free.atMs) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = free;
  }

  #removeTop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      if (left === undefined) break;
      const [child, smaller] =
        right !== undefined && right.atMs < left.atMs ? [2 * at + 2, right] : [2 * at + 1, left];
      if (smaller.atMs >= last.atMs) break;
      heap[at] = smaller;
      at = child;
    }
    heap[at] = last;
  }
}
