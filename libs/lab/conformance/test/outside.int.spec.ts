import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadPlugin } from '@coupon/strategies';
import { deviationsIn } from '../src/deviations.js';
import { beginExamination } from '../src/examine.js';
import { scenarios } from '../src/scenarios/index.js';

const folder = mkdtempSync(join(tmpdir(), 'outside-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A plugin as somebody else would write it: one file, importing nothing of ours. */
const written = (name: string, mode: string): string => {
  const file = join(folder, `${name}.mjs`);
  const promises =
    '{ neverOverIssues: true, neverLosesUpdates: true, ' +
    'recordedOnReturn: true, acrossProcesses: true, survivesPausedHolder: true }';
  const section =
    '({ stockStore }) => ({ ' +
    `enter: (terms, work, deadline) => stockStore.inTransaction(${mode}, work, deadline) })`;
  writeFileSync(
    file,
    `export default { name: '${name}', guarantees: ${promises}, ` +
      `settings: () => undefined, section: ${section} };\n`,
  );
  return file;
};

const recipe = new URL('../../../../docs/ADDING-A-STRATEGY.md', import.meta.url);

/** The engine that the recipe prints in full. */
function engineOfTheRecipe(): string {
  const examples = readFileSync(fileURLToPath(recipe), 'utf8').matchAll(/```js\n(.*?)```/gs);
  const engine = [...examples].find(([, example]) => example?.includes("'one-update'"));
  return engine?.[1] ?? '';
}

describe('a strategy from outside the repository', () => {
  it.each([
    ['acme-right', "'lock-row'", false],
    ['acme-wrong', "'plain'", true],
  ])(
    '%s (%s) is attacked by real processes that load its file: found wrong: %s',
    async (name, mode, isWrong) => {
      const plugin = await loadPlugin(written(name, mode));
      await using examination = await beginExamination(plugin);
      const reports = await Promise.all(
        scenarios
          .filter((scenario) => scenario.name === 'two-processes')
          .map((scenario) => examination.report(scenario)),
      );
      expect(reports.flatMap((report) => deviationsIn(report, plugin.guarantees)).length > 0).toBe(
        isWrong,
      );
    },
    300_000,
  );

  it.each([
    ['as it is printed', false],
    ['without its look at what the user holds', true],
  ])(
    'the engine of docs/ADDING-A-STRATEGY.md, %s, is attacked: found wrong: %s',
    async (_, isWrong) => {
      const others = isWrong
        ? []
        : ['replay', 'deadlock-victim', 'lost-connection', 'killed-holder'];
      const attacks = ['limit', ...others];
      const printed = engineOfTheRecipe();
      const file = join(folder, `one-update-${isWrong}.mjs`);
      const held = 'await holdingsOf(transaction, claim.terms, [user])';
      expect(printed).toContain(held);
      writeFileSync(file, isWrong ? printed.replace(held, 'new Map()') : printed);
      const plugin = await loadPlugin(file);
      await using examination = await beginExamination(plugin);
      const found = [];
      for (const scenario of scenarios.filter(({ name }) => attacks.includes(name)))
        found.push(...deviationsIn(await examination.report(scenario), plugin.guarantees));
      expect(found.map(({ scenario }) => scenario)).toEqual(
        isWrong ? expect.arrayContaining(['limit']) : [],
      );
    },
    180_000,
  );
});
