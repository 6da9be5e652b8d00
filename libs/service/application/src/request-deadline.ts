import type { MonotonicClock } from './ports/clock.js';
import type { Deadline } from './ports/deadline.js';

/**
 * A deadline `waitMs` from now. Its timer, made with the signal on first use, ends with `dispose`:
 * whoever makes one disposes of it.
 */
export class RequestDeadline implements Deadline, Disposable {
  readonly atMs: number;
  private controller: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly clock: MonotonicClock,
    waitMs: number,
  ) {
    this.atMs = clock.monotonicMs() + waitMs;
  }

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      const controller = new AbortController();
      this.controller = controller;
      this.timer = setTimeout(
        () => controller.abort(new Error('deadline passed')),
        Math.max(0, Math.ceil(this.atMs - this.clock.monotonicMs())),
      );
    }
    return this.controller.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.timer);
  }
}
