import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    '{ neverOverIssues: true, neverLosesUpdates: true, recordedOnReturn: true, acrossProcesses: true, survivesPausedHolder: true }';
  const section = `({ stockStore }) => ({ enter: (terms, work, deadline) => stockStore.inTransaction(${mode}, work, deadline) })`;
  writeFileSync(
    file,
    `export default { name: '${name}', guarantees: ${promises}, settings: () => undefined, section: ${section} };\n`,
  );
  return file;
};

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
});
