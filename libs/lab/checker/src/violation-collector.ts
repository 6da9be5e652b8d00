/** How many claims a finding names. */
const CLAIMS_SHOWN_MAX = 10;

/** What a check came to: how often, and claims that prove it. */
export interface ViolationEvidence {
  readonly count: number;
  readonly claims: readonly string[];
  readonly text: string;
}

/** Collects what a check finds; keeps the first few claim ids only, however much there is. */
export class ViolationCollector {
  #count = 0;
  readonly #claims: string[] = [];

  /** One more; `claimIds` prove it. */
  add(...claimIds: readonly string[]): void {
    this.#count += 1;
    for (const id of claimIds) if (this.#claims.length < CLAIMS_SHOWN_MAX) this.#claims.push(id);
  }

  /** The finding; `count` where it is not how often `add` was called. */
  proof(text: string, count = this.#count): ViolationEvidence {
    return { count, claims: this.#claims, text };
  }
}
