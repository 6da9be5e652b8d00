import { afterAll, describe, expect, it } from '@jest/globals';
import { loadMutants } from '../mutants/index.js';
import { deviations, type ScenarioReport } from '../src/deviations.js';
import { beginExamination } from '../src/examine.js';
import { scenarios } from '../src/scenarios/index.js';

const mutants = await loadMutants();
const killed: string[] = [];
afterAll(() => void process.stdout.write(`${killed.join('\n')}\n`));

describe('the kit kills every mutant', () => {
  it.each(
    mutants.map(
      (mutant) => [mutant.plugin.name, mutant.scenario, mutant.invariant, mutant] as const,
    ),
  )(
    '%s: by %s, %s',
    async (name, scenarioName, invariant, { plugin }) => {
      await using examination = await beginExamination(plugin);
      const reports: ScenarioReport[] = [];
      for (const scenario of scenarios)
        if (scenarioName === 'all' || scenario.name === scenarioName)
          reports.push(await examination.report(scenario));
      const found = deviations(plugin.guarantees, reports).filter(
        ({ scenario }) => scenario === scenarioName,
      );
      const first = found.find((deviation) => deviation.invariant === invariant);
      killed.push(
        `${name.padEnd(28)} ${scenarioName.padEnd(17)} ${invariant.padEnd(32)} ${first?.what ?? 'SURVIVED'}`,
      );
      expect(found.map((deviation) => deviation.invariant)).toContain(invariant);
    },
    300_000,
  );

  it('there are mutants for all kinds of scenarios', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(45);
    expect(new Set(mutants.map(({ plugin }) => plugin.name)).size).toBe(mutants.length);
    const names = new Set(['all', ...scenarios.map(({ name }) => name)]);
    expect(mutants.filter(({ scenario }) => !names.has(scenario))).toEqual([]);
  });
});
