import { readFileSync, writeFileSync } from 'node:fs';
import { raceResultSchema, type Environment, type RaceResult } from '@coupon/results';
import { compareRuns, type Comparison } from '@coupon/checker';
import Table from 'cli-table3';
import { UserError } from '../run/user-error.js';
import { requireOutputs, requireReadable, wrongValue, type OptionFile } from './option-file.js';

/** How much of a wrong value a message shows, and of how many. */
const SHOWN_CHARACTERS_MAX = 60;
const FAULTS_SHOWN_MAX = 5;

const shown = (value: unknown): string =>
  value === undefined ? 'absent' : JSON.stringify(value).slice(0, SHOWN_CHARACTERS_MAX);

/** Reads the result file of an argument. Throws UserError when it is missing or invalid. */
function readResult(file: OptionFile): RaceResult {
  requireReadable(file);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file.path, 'utf8'));
  } catch (error) {
    throw wrongValue(file, `it is no JSON: ${error instanceof Error ? error.message : ''}`);
  }
  const read = raceResultSchema.safeParse(content, { reportInput: true });
  if (read.success) return read.data;
  const faults = read.error.issues.map(
    ({ path, input, message }) => `${path.join('.') || 'all'} is ${shown(input)}: ${message}`,
  );
  const more = faults.length - FAULTS_SHOWN_MAX;
  throw wrongValue(
    file,
    `${faults.slice(0, FAULTS_SHOWN_MAX).join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
  );
}

const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const percent = (ratio: number): string =>
  `${ratio >= 1 ? '+' : ''}${(100 * (ratio - 1)).toFixed(1)} %`;

/** What changes every figure, whatever the code: reported, never corrected for. */
const differing: readonly (keyof Environment)[] = [
  'cpu',
  'cpus',
  'memoryMb',
  'node',
  'database',
  'redis',
  'k6',
  'os',
];

/** The comparison as text: facts, the table, and how far it can be trusted. No colors. */
export function tellComparison(
  { figures, facts, onlyBefore, onlyAfter }: Comparison,
  before: Environment,
  after: Environment,
): string {
  const lines = [
    `before: ${before.startedAt}, revision ${before.revision}`,
    `after:  ${after.startedAt}, revision ${after.revision}`,
  ];
  for (const name of differing)
    if (before[name] !== after[name])
      lines.push(`made with another ${name}: ${before[name]}, now ${after[name]}`);
  for (const { group, text, worse } of facts)
    lines.push(`${worse ? 'WORSE: ' : ''}${group}: ${text}`);
  if (onlyBefore.length > 0) lines.push(`only before: ${onlyBefore.join('; ')}`);
  if (onlyAfter.length > 0) lines.push(`only after: ${onlyAfter.join('; ')}`);
  const head = ['', 'figure', 'before', 'after', 'change', '95 % interval', ''];
  const table = new Table({
    head,
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'left'],
  });
  table.push(
    ...figures.map(({ group, measure, before: was, after: is, ratio, verdict }) => [
      group,
      measure,
      figure(was),
      figure(is),
      percent(ratio.median),
      `${percent(ratio.low)} to ${percent(ratio.high)}`,
      verdict === 'same' ? '' : verdict,
    ]),
  );
  if (figures.length > 0) lines.push('', table.toString());
  const changed = figures.filter(
    ({ verdict }) => verdict === 'better' || verdict === 'worse',
  ).length;
  const compared = figures.filter(({ verdict }) => verdict !== 'too few').length;
  if (compared > 0)
    lines.push(
      `${changed} of ${compared} figures changed beyond noise; ` +
        `up to ${Math.ceil(compared * 0.05)} would by chance alone.`,
    );
  if (compared < figures.length)
    lines.push(
      `${figures.length - compared} figures come from too few runs to say anything: ` +
        'give both races --repeats 4 or more.',
    );
  return lines.join('\n');
}

/**
 * Compares two result files. Returns the exit code: 0 when nothing got worse beyond noise. Throws
 * UserError when one is no result file, or they have nothing in common.
 */
export function compareOf(beforeFile: string, afterFile: string, json: string | undefined): 0 | 1 {
  const allowed = 'a result.json of a race';
  const inputs = [
    { field: '<before>', path: beforeFile, allowed },
    { field: '<after>', path: afterFile, allowed },
  ] as const;
  requireOutputs([{ field: '--json', path: json }], inputs);
  const before = readResult(inputs[0]);
  const after = readResult(inputs[1]);
  const comparison = compareRuns(before.runs, after.runs);
  if (comparison.figures.length === 0) {
    const { onlyBefore, onlyAfter } = comparison;
    const groups = [onlyBefore, onlyAfter].map((names) => names.join('; ') || 'nothing');
    throw new UserError(
      `<before> ${beforeFile}, <after> ${afterFile}: must have a strategy and a load in common; ` +
        `the first has ${groups[0]}, the second ${groups[1]}`,
    );
  }
  process.stdout.write(`${tellComparison(comparison, before.environment, after.environment)}\n`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(comparison, null, 2)}\n`);
  return comparison.facts.some(({ worse }) => worse) ||
    comparison.figures.some(({ verdict }) => verdict === 'worse')
    ? 1
    : 0;
}
