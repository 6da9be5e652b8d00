import { describe, expect, it } from '@jest/globals';
import { violationKinds, type ViolationKind } from '@coupon/results';
import fc from 'fast-check';
import { checks, check } from '../src/check.js';
import { corruptions, type Corrupted, type Corruption } from './corruptions/index.js';
import { plans, simulate, type Plan } from './simulator.js';

/** How many spoilt histories each corruption is looked for in. */
const SPOILT = 400;

const spoilt = ({
  spoil,
  ordered = false,
}: Corruption): fc.Arbitrary<{ readonly plan: Plan; readonly corrupted: Corrupted }> =>
  fc
    .tuple(plans(), fc.nat({ max: 1_000 }))
    .map(([plan, pick]) => {
      const kept = ordered ? { ...plan, issuesInOrder: true } : plan;
      return { plan: kept, corrupted: spoil(simulate(kept), pick) };
    })
    .filter((made): made is { plan: Plan; corrupted: Corrupted } => made.corrupted !== null);

describe('what is injected is found and named', () => {
  it.each(
    corruptions.map((corruption) => [corruption.name, corruption.found, corruption] as const),
  )('%s: %s', (_name, found, corruption) => {
    fc.assert(
      fc.property(spoilt(corruption), ({ plan, corrupted }) => {
        const violation = check(corrupted.history, plan).violations.find(
          ({ kind }) => kind === found,
        );
        if (violation === undefined)
          throw new Error(`not found in ${JSON.stringify(corrupted.history, null, 1)}`);
        if (corrupted.claimId !== null && violation.count <= 5)
          expect(violation.claims).toContain(corrupted.claimId);
      }),
      { numRuns: SPOILT },
    );
  });
});

describe('every check is needed', () => {
  // Where stock is left, the times show as well that nobody should have been told sold out; the
  // rows need no clock for it.
  const withTwoTraces: readonly ViolationKind[] = ['under-issued'];

  it('there is a corruption for each, which only that one names', () => {
    expect(new Set(corruptions.map(({ found }) => found))).toEqual(new Set(violationKinds));
    expect(Object.keys(checks).toSorted()).toEqual(violationKinds.toSorted());
  });

  it.each(violationKinds.filter((kind) => !withTwoTraces.includes(kind)))(
    'without the check for %s some damage leaves nothing to see',
    (left) => {
      const others = violationKinds.filter((kind) => kind !== left);
      const silent = corruptions.filter(
        (corruption) =>
          corruption.found === left &&
          fc
            .sample(spoilt(corruption), { numRuns: 300, seed: 1 })
            .some(
              ({ plan, corrupted: { history } }) =>
                check(history, plan, others).violations.length === 0,
            ),
      );
      expect(silent).not.toEqual([]);
    },
  );
});
