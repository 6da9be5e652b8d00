import type { GuaranteeName, Guarantees } from '@coupon/application';
import type { Plugin } from '@coupon/strategies';
import type { Breach } from './audit.js';
import { openHarness } from './harness.js';
import { attackedGuarantees, promiseOf, refuted, type InvariantName } from './invariants.js';
import type { FaultScenario } from './fault-scenario.js';
import { scenarios } from './scenarios/index.js';

/** What one trial showed. */
export interface ScenarioReport {
  readonly trial: FaultScenario;
  readonly breaches: readonly Breach[];
  readonly tookMs: number;
}

/** Something wrong with a strategy, or with what it says of itself. */
export interface Breakage {
  /** The law that was broken; the guarantee's own name where it is too modest. */
  readonly law: InvariantName | GuaranteeName;
  readonly trial: string;
  readonly what: string;
}

/** How often a trial in which chance has a part is made where nothing broke. */
const TRIES = 3;

/** An examination under way: each trial is made once, when it is first asked for. */
export interface Examination extends AsyncDisposable {
  /** Makes the trial, or tells what it showed. Rejects where it could not be made. */
  report(trial: FaultScenario): Promise<ScenarioReport>;
  reports(): Promise<readonly ScenarioReport[]>;
  /** Ends everything at once: a trial under way rejects. Disposal waits for it instead. */
  abandon(): Promise<void>;
}

/** Begins to examine `plugin` on real services; `env` are its settings. */
export async function beginExamination(
  plugin: Plugin,
  env: Readonly<Record<string, string>> = {},
): Promise<Examination> {
  const bench = await openHarness(plugin, env);
  const made = new Map<FaultScenario, Promise<ScenarioReport>>();
  let last: Promise<unknown> = Promise.resolve();
  const make = async (trial: FaultScenario): Promise<ScenarioReport> => {
    const beganMs = performance.now();
    const damageIsDue = !plugin.guarantees[promiseOf[trial.scope]];
    const triesMax =
      trial.racing === 'always' || (trial.racing !== undefined && damageIsDue) ? TRIES : 1;
    let breaches: readonly Breach[] = [];
    for (let tries = 0; tries < triesMax && breaches.length === 0; tries += 1)
      breaches = await trial.run(bench);
    return { trial, breaches, tookMs: performance.now() - beganMs };
  };
  const report = (trial: FaultScenario): Promise<ScenarioReport> => {
    const known = made.get(trial);
    if (known !== undefined) return known;
    // one at a time: what one trial breaks must not show in another
    const making = last.then(() => make(trial));
    made.set(trial, making);
    last = making.catch(() => undefined);
    return making;
  };
  return {
    report,
    reports: () => Promise.all(scenarios.map(report)),
    async abandon() {
      await bench[Symbol.asyncDispose]();
    },
    async [Symbol.asyncDispose]() {
      await last;
      await bench[Symbol.asyncDispose]();
    },
  };
}

/** Examines a plugin by all trials. Rejects where a trial could not be made at all. */
export async function examine(
  plugin: Plugin,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly ScenarioReport[]> {
  await using examination = await beginExamination(plugin, env);
  return await examination.reports();
}

/**
 * What a trial's breaches mean for a strategy that promises `guarantees`: those of promises it does
 * not make mean nothing.
 */
export function findingsOf(
  { trial, breaches }: ScenarioReport,
  guarantees: Guarantees,
): readonly Breakage[] {
  return breaches.flatMap(({ law, what }) => {
    const guarantee = refuted(law, trial.scope);
    return guarantee === null || guarantees[guarantee] ? [{ law, trial: trial.name, what }] : [];
  });
}

/** The breaches that speak against a guarantee. */
export function against(
  guarantee: GuaranteeName,
  reports: readonly ScenarioReport[],
): readonly Breakage[] {
  return reports.flatMap(({ trial, breaches }) =>
    breaches
      .filter(({ law }) => refuted(law, trial.scope) === guarantee)
      .map(({ law, what }) => ({ law, trial: trial.name, what })),
  );
}

/**
 * Guarantees that are not given, and that no trial could break: a declaration that is too modest
 * misleads as well.
 */
export function underclaimed(
  guarantees: Guarantees,
  reports: readonly ScenarioReport[],
): readonly Breakage[] {
  return attackedGuarantees
    .filter((name) => !guarantees[name] && against(name, reports).length === 0)
    .map((name) => ({ law: name, trial: 'all', what: `declared false, but no trial broke it` }));
}

/**
 * All that is wrong with a strategy which promises `guarantees`, by what its trials showed: both
 * ways.
 */
export function findings(
  guarantees: Guarantees,
  reports: readonly ScenarioReport[],
): readonly Breakage[] {
  return [
    ...reports.flatMap((report) => findingsOf(report, guarantees)),
    ...underclaimed(guarantees, reports),
  ];
}
