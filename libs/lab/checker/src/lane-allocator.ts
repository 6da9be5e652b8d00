/** When a lane is free again. */
interface Free {
  readonly lane: number;
  readonly atMs: number;
}

/**
 * Assigns intervals to as few lanes as hold them without overlap, as outside checkers number their
 * processes. Intervals come in the order of their starts. The lanes are a binary heap by the time
 * at which they are free: n intervals on k lanes take n log k.
 */
export class LaneAllocator {
  readonly #heap: Free[] = [];
  #made = 0;

  /** The lane of an interval; an `endMs` of null: it never ends, and its lane takes no other. */
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
      const left = heap[2 * at + 1];
      if (left === undefined) break;
      const right = heap[2 * at + 2];
      const isRight = right !== undefined && right.atMs < left.atMs;
      const smaller = isRight ? right : left;
      if (smaller.atMs >= last.atMs) break;
      heap[at] = smaller;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = last;
  }
}
