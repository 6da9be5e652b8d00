import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GuaranteeName, Guarantees } from '@coupon/application';
import type { Plugin } from '@coupon/strategies';
import { deviations, deviationsIn, refutationsOf, type ScenarioReport } from './deviations.js';
import { beginExamination, type Examination } from './examine.js';
import type { FaultScenario } from './fault-scenario.js';
import { attackedGuarantees, type InvariantName } from './invariants.js';
import { lineOf, matrix, writeLine } from './matrix.js';
import { scenarios } from './scenarios/index.js';

/** A fault of a strategy that its users are told about. */
export interface KnownFault {
  /** The name of the scenario that shows it. */
  readonly scenario: string;
  readonly invariant: InvariantName;
  /** Why it stays: a sentence for a person. */
  readonly why: string;
  /** It takes chance as well: it is not always seen. */
  readonly sometimes?: true;
}

/** How a strategy is examined. All of it may be left out. */
export interface ExaminationOptions {
  /** Settings for it, as its environment would give them. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it guarantees with these settings, where that differs from the plugin's declaration. */
  readonly guarantees?: Partial<Guarantees>;
  /**
   * Faults that are known: each must be seen (unless only `sometimes`), as one that is gone must not
   * be told any more.
   */
  readonly known?: readonly KnownFault[];
  /** How reports call it; by default its name. */
  readonly title?: string;
  /** A folder to write its line of the matrix to, as `<title>.json`. */
  readonly resultsFolder?: string;
}

const SCENARIO_MAX_MS = 240_000;

/**
 * Declares jest's tests of one strategy, which is attacked on a real database and a real Redis.
 * Every scenario is a test, and so is every guarantee, both ways: one declared true must hold, one
 * declared false must really break. A plugin from outside this repository must come from
 * `loadPlugin`, so that other processes can load its file too.
 */
export function describeStrategy(plugin: Plugin, options: ExaminationOptions = {}): void {
  const { env = {}, title = plugin.name, resultsFolder, known = [] } = options;
  const guarantees: Guarantees = { ...plugin.guarantees, ...options.guarantees };
  const flipped = (name: GuaranteeName): Guarantees => ({
    ...guarantees,
    [name]: !guarantees[name],
  });
  let examination: Examination | undefined;
  const report = async (scenario: FaultScenario): Promise<ScenarioReport> => {
    if (examination === undefined) throw new Error('the examination has not begun');
    return examination.report(scenario);
  };
  const reports = () => Promise.all(scenarios.map(report));

  describe(title, () => {
    beforeAll(async () => {
      examination = await beginExamination({ ...plugin, guarantees }, env);
      void examination.reports().catch(() => undefined); // each test awaits its own
    }, SCENARIO_MAX_MS);
    afterAll(async () => {
      await examination?.[Symbol.asyncDispose]();
    }, SCENARIO_MAX_MS);

    it.each(scenarios.map((scenario) => [scenario.name, scenario.title, scenario] as const))(
      '%s: %s',
      async (_name, _title, scenario) => {
        const found = deviationsIn(await report(scenario), guarantees);
        const expected = known.filter((fault) => fault.scenario === scenario.name);
        const isKnown = (invariant: string) => expected.some((one) => one.invariant === invariant);
        expect(found.filter(({ invariant }) => !isKnown(invariant))).toEqual([]);
        const certain = expected.filter(({ sometimes }) => sometimes === undefined);
        expect(found.map(({ invariant }) => invariant)).toEqual(
          expect.arrayContaining(certain.map(({ invariant }) => invariant)),
        );
      },
      SCENARIO_MAX_MS,
    );

    it.each(attackedGuarantees)(
      `%s is as declared: ${JSON.stringify(guarantees)}`,
      async (name) => {
        const refutations = refutationsOf(name, guarantees, await reports());
        if (guarantees[name]) expect(refutations).toEqual([]);
        else expect(refutations).not.toEqual([]);
      },
      SCENARIO_MAX_MS * scenarios.length,
    );

    it.each(attackedGuarantees)(
      '%s declared the other way would be found out',
      async (name) => {
        expect(deviations(flipped(name), await reports())).not.toEqual([]);
      },
      SCENARIO_MAX_MS * scenarios.length,
    );

    it(
      'has its line of the matrix',
      async () => {
        const line = lineOf(title, guarantees, await reports());
        process.stdout.write(`${matrix([line])}\n`);
        if (resultsFolder !== undefined) writeLine(join(resultsFolder, `${title}.json`), line);
        expect(line.trials).toHaveLength(scenarios.length);
      },
      SCENARIO_MAX_MS * scenarios.length,
    );
  });
}
