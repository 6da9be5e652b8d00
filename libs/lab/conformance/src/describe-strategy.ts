import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GuaranteeName, Guarantees } from '@coupon/application';
import type { Plugin } from '@coupon/strategies';
import { against, beginExamination, findings, findingsOf, type Examination } from './examine.js';
import { attackedGuarantees } from './invariants.js';
import { lineOf, matrix, writeLine } from './matrix.js';
import { scenarios } from './scenarios/index.js';

/** How a strategy is examined. All of it may be left out. */
export interface Examined {
  /** Settings for it, as its environment would give them. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it promises with these settings, where that differs from the plugin's own declaration. */
  readonly guarantees?: Partial<Guarantees>;
  /** How reports call it; by default its name. */
  readonly title?: string;
  /** A folder to write its line of the matrix to, as `<title>.json`. */
  readonly resultsFolder?: string;
}

const TRIAL_MAX_MS = 90_000;

/**
 * Declares jest's tests for one strategy: it is attacked on a real database and a real Redis, every
 * law is a test, and so is every guarantee, both ways: one declared true must hold, one declared
 * false must really break. A plugin from outside this repository is one that `loadPlugin` made, so
 * that other processes can load its file too.
 */
export function describeStrategy(plugin: Plugin, examined: Examined = {}): void {
  const { env = {}, title = plugin.name, resultsFolder } = examined;
  const guarantees: Guarantees = { ...plugin.guarantees, ...examined.guarantees };
  const flipped = (name: GuaranteeName): Guarantees => ({
    ...guarantees,
    [name]: !guarantees[name],
  });
  let examination: Examination;

  describe(title, () => {
    beforeAll(async () => {
      examination = await beginExamination({ ...plugin, guarantees }, env);
    }, TRIAL_MAX_MS);
    afterAll(async () => examination?.[Symbol.asyncDispose](), TRIAL_MAX_MS);

    it.each(scenarios.map((trial) => [trial.name, trial.title, trial] as const))(
      '%s: %s',
      async (_name, _title, trial) => {
        expect(findingsOf(await examination.report(trial), guarantees)).toEqual([]);
      },
      TRIAL_MAX_MS,
    );

    it.each(attackedGuarantees)(
      `%s is as declared: ${JSON.stringify(guarantees)}`,
      async (name) => {
        const broken = against(name, await examination.reports());
        if (guarantees[name]) expect(broken).toEqual([]);
        else expect(broken.map(({ law }) => law)).not.toEqual([]);
      },
      TRIAL_MAX_MS * scenarios.length,
    );

    it.each(attackedGuarantees)(
      '%s turned round would be found out',
      async (name) => {
        expect(findings(flipped(name), await examination.reports())).not.toEqual([]);
      },
      TRIAL_MAX_MS * scenarios.length,
    );

    it(
      'leaves its line of the matrix',
      async () => {
        const line = lineOf(title, guarantees, await examination.reports());
        process.stdout.write(`${matrix([line])}\n`);
        if (resultsFolder !== undefined) writeLine(join(resultsFolder, `${title}.json`), line);
        expect(line.trials).toHaveLength(scenarios.length);
      },
      TRIAL_MAX_MS * scenarios.length,
    );
  });
}
