import type { Violation } from '@coupon/results';

/** How many claims a violation names. */
const CLAIMS_SHOWN_MAX = 10;

/** What one check found: how often, claims that prove it, and a sentence. A count of 0: nothing. */
export type CheckResult = Readonly<Omit<Violation, 'kind'>>;

/** Counts what a check finds, and keeps the first few claim ids only, however many there are. */
export class ViolationCollector {
  #count = 0;
  readonly #claims: string[] = [];

  /** Counts one more; `claimIds` prove it. */
  add(...claimIds: readonly string[]): void {
    this.#count += 1;
    for (const id of claimIds) if (this.#claims.length < CLAIMS_SHOWN_MAX) this.#claims.push(id);
  }

  /** What was found; `count` where it is not how often `add` was called. */
  result(text: string, count = this.#count): CheckResult {
    return { count, claims: this.#claims, text };
  }
}
