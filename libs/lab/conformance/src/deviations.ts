import type { GuaranteeName, Guarantees } from '@coupon/application';
import type { Breach } from './breach.js';
import type { FaultScenario } from './fault-scenario.js';
import { attackedGuarantees, refuted, type InvariantName } from './invariants.js';

/** What one scenario showed. */
export interface ScenarioReport {
  readonly scenario: FaultScenario;
  readonly breaches: readonly Breach[];
  readonly tookMs: number;
}

/** How a strategy differs from what it declares. */
export interface Deviation {
  /** The invariant that was broken; the guarantee itself where it is withheld without need. */
  readonly invariant: InvariantName | GuaranteeName;
  /** The name of the scenario that showed it; `all` where none could show the contrary. */
  readonly scenario: string;
  readonly what: string;
}

/**
 * The breaches of one scenario that are faults of a strategy with these `guarantees`. A breach that
 * refutes only a guarantee that is not given is none.
 */
export function deviationsIn(
  { scenario, breaches }: ScenarioReport,
  guarantees: Guarantees,
): readonly Deviation[] {
  return breaches
    .filter(({ invariant }) => {
      const guarantee = refuted(invariant, scenario.scope, guarantees);
      return guarantee === null || (guarantee !== 'nothing' && guarantees[guarantee]);
    })
    .map((breach) => ({ ...breach, scenario: scenario.name }));
}

/** The breaches that refute a guarantee of a strategy that gives `guarantees`. */
export function refutationsOf(
  guarantee: GuaranteeName,
  guarantees: Guarantees,
  reports: readonly ScenarioReport[],
): readonly Deviation[] {
  return reports.flatMap(({ scenario, breaches }) =>
    breaches
      .filter(({ invariant }) => refuted(invariant, scenario.scope, guarantees) === guarantee)
      .map((breach) => ({ ...breach, scenario: scenario.name })),
  );
}

/** Guarantees that are withheld although no scenario refuted them: this misleads users as well. */
export function underclaimed(
  guarantees: Guarantees,
  reports: readonly ScenarioReport[],
): readonly Deviation[] {
  return attackedGuarantees
    .filter((name) => !guarantees[name] && refutationsOf(name, guarantees, reports).length === 0)
    .map((name) => ({
      invariant: name,
      scenario: 'all',
      what: 'declared false, but no scenario broke it',
    }));
}

/** How a strategy with these `guarantees` deviates from them by its reports, both ways. */
export function deviations(
  guarantees: Guarantees,
  reports: readonly ScenarioReport[],
): readonly Deviation[] {
  return [
    ...reports.flatMap((report) => deviationsIn(report, guarantees)),
    ...underclaimed(guarantees, reports),
  ];
}
