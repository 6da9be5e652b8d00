import type { InvariantName } from './invariants.js';

/** An invariant that was broken, and how: a sentence for a person. */
export interface Breach {
  readonly invariant: InvariantName;
  readonly what: string;
}

/** One breach where `isBroken`, else none. */
export const breachIf = (
  isBroken: boolean,
  invariant: InvariantName,
  what: string,
): readonly Breach[] => (isBroken ? [{ invariant, what }] : []);

/** The breaches, each with the circumstances under which it was seen. */
export const under = (circumstances: string, breaches: readonly Breach[]): readonly Breach[] =>
  breaches.map(({ invariant, what }) => ({ invariant, what: `${circumstances}: ${what}` }));
