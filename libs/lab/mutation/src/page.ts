import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GeneratedMutant } from './mutants.js';
import type { Result } from './results.js';
import { fateOf, grouped, markdownTable, percent, scoreOf, tally, type Fate } from './score.js';
import { workspaceRoot } from './workspace.js';

const begin = '<!-- mutation score: npm run mutation -- --page -->';
const end = '<!-- end of mutation score -->';

const git = (...command: string[]): string =>
  execFileSync('git', command, { cwd: workspaceRoot, encoding: 'utf8' }).trim();

/** Writes score and tables between the marks of docs/CONFORMANCE.md; throws if there are none. */
export function writePage(
  mutants: readonly GeneratedMutant[],
  results: ReadonlyMap<string, Result>,
  equivalents: ReadonlyMap<string, string>,
): void {
  const file = join(workspaceRoot, 'docs/CONFORMANCE.md');
  const page = readFileSync(file, 'utf8');
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${file} has no place for the mutation score`);
  const fate = (mutant: GeneratedMutant): Fate => fateOf(mutant, results, equivalents);
  const total = tally(mutants.map(fate));
  const [date = ''] = new Date().toISOString().split('T');
  const text = [
    begin,
    '',
    `**${percent(scoreOf(total))}** of ` +
      `${total.all - total.stillborn - total.equivalent} mutants are ` +
      `killed, by the results of \`npm run mutation\` that stand in revision ` +
      `${git('rev-parse', '--short', 'HEAD')} (${date}).`,
    '',
    markdownTable(
      'strategy or piece',
      grouped(mutants, ({ file: { target } }) => target, fate),
    ),
    '',
    markdownTable(
      'operator',
      grouped(mutants, ({ operator }) => operator, fate),
    ),
    '',
    ...survivorLines(mutants.filter((mutant) => ['survived', 'unknown'].includes(fate(mutant)))),
  ].join('\n');
  writeFileSync(file, `${page.slice(0, from)}${text}\n${page.slice(to)}`);
}

const survivorLines = (survivors: readonly GeneratedMutant[]): readonly string[] =>
  survivors.length === 0
    ? []
    : [
        'What survives is a hole of the kit, until a scenario closes it:',
        '',
        ...survivors.map(({ id, what }) => `- \`${id}\`: ${what.replaceAll('`', "'")}`),
        '',
      ];
