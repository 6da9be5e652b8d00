import { afterAll, describe, expect, it } from '@jest/globals';
import { mutants } from '../mutants/index.js';
import { beginExamination, findings, type ScenarioReport } from '../src/examine.js';
import { scenarios } from '../src/scenarios/index.js';

const killed: string[] = [];
afterAll(() => void process.stdout.write(`${killed.join('\n')}\n`));

describe('the kit kills every mutant', () => {
  it.each(mutants.map((mutant) => [mutant.plugin.name, mutant.trial, mutant.law, mutant] as const))(
    '%s: by %s, %s',
    async (name, trialName, law, { plugin }) => {
      await using examination = await beginExamination(plugin);
      const reports: ScenarioReport[] = [];
      for (const trial of scenarios.filter((one) => trialName === 'all' || one.name === trialName))
        reports.push(await examination.report(trial));
      const found = findings(plugin.guarantees, reports).filter(
        (finding) => finding.trial === trialName,
      );
      const first = found.find((finding) => finding.law === law);
      killed.push(
        `${name.padEnd(28)} ${trialName.padEnd(17)} ${law.padEnd(32)} ${first?.what ?? 'SURVIVED'}`,
      );
      expect(found.map((finding) => finding.law)).toContain(law);
    },
    120_000,
  );

  it('there are mutants for all kinds of trials', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(12);
    expect(new Set(mutants.map(({ plugin }) => plugin.name)).size).toBe(mutants.length);
    expect(
      mutants.flatMap(({ trial }) =>
        trial === 'all' || scenarios.some(({ name }) => name === trial) ? [] : [trial],
      ),
    ).toEqual([]);
  });
});
