import { NoVerdict } from '@coupon/application';

/** A limit on the database's time, which can start again until it is disposed. */
export class TimeLimit implements Disposable {
  /** Rejects with NoVerdict 'unavailable' once the time is up; never resolves. */
  readonly passed: Promise<never>;
  private fail: (error: NoVerdict) => void = () => undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.passed = new Promise((_, reject) => (this.fail = reject));
  }

  /** Starts, or starts again with `ms` milliseconds. */
  start(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.fail(new NoVerdict('unavailable', `the database took over ${ms} ms`));
    }, ms);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.timer);
  }
}
