import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type as osType } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { FaultCell } from '@coupon/results';
import { provideServices } from '@coupon/services';
import { format } from 'prettier';
import type { Fault } from './fault.js';
import { outcomeOf } from './story.js';

/** The page that a whole matrix writes. */
export const pageFile = fileURLToPath(new URL('../../../../docs/FAULTS.md', import.meta.url));

/** Where and on what a matrix was run. */
export interface PageFacts {
  /** Processors, memory, kernel, Node and servers, as a person writes them. */
  readonly machine: string;
  readonly at: Date;
}

/** The facts of a page that is written now, on this machine. Rejects with ServiceMissing. */
export async function pageFacts(): Promise<PageFacts> {
  await using services = await provideServices({ need: ['database', 'redis'] });
  const { database, redis } = services;
  const machine = [
    `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}`,
    `${Math.round(totalmem() / 2 ** 20)} MB`,
    `${osType()} ${release()}`,
    `Node ${process.version}`,
    `${database.flavour} ${database.version}`,
    `Redis ${redis.version}`,
  ].join(', ');
  return { machine, at: new Date() };
}

/** Writes docs/FAULTS.md. Rejects where the file cannot be written. */
export async function writePage(
  faults: readonly Fault[],
  cells: readonly FaultCell[],
  facts: PageFacts,
): Promise<void> {
  writeFileSync(pageFile, await format(pageOf(faults, cells, facts), { parser: 'markdown' }));
}

/**
 * The fault lab's summary: for each fault what was predicted of which strategies and why, what was
 * found, and the command that shows it again. Strategies with one prediction share a line.
 */
export function pageOf(
  faults: readonly Fault[],
  cells: readonly FaultCell[],
  facts: PageFacts,
): string {
  const differing = cells.filter(({ deviations }) => deviations.length > 0);
  const sections = faults
    .map((fault) =>
      sectionOf(
        fault,
        cells.filter((cell) => cell.fault === fault.name),
      ),
    )
    .filter((section) => section !== '');
  return [
    '# The fault lab',
    '',
    `Written by \`npm run faults -- --page\`, ${facts.at.toISOString()}, ` +
      `revision ${revisionsOf(cells)}, on ${facts.machine}.`,
    '',
    'Every cell is one fault that strikes two API processes of the built service under load: ' +
      '40 claims a second in the open model, 50 users, a',
    'limit per user, idempotency keys, and replays until every outcome is known. ' +
      'What clients were told is then checked against the rows. Each cell has a',
    'prediction, written down before it is run; a cell that differs from it, either way, fails.',
    '',
    `**${cells.length} cells: ${cells.length - differing.length} as predicted, ` +
      `${differing.length} not.** ${totalsOf(cells)}`,
    '',
    '| verdict | it says |',
    '| --- | --- |',
    '| available | nothing is broken, and grants go on during the fault |',
    '| sound | nothing is broken, and there are grants again within 5 s of healing |',
    '| unavailable-until-healed | sound, and nothing is granted during the fault |',
    '| breaks | some of the named violations are found, and no others: a hazard that is declared |',
    '',
    ...sections,
  ].join('\n');
}

/** The revision of the cells; where a matrix was resumed at another one, each with its count. */
function revisionsOf(cells: readonly FaultCell[]): string {
  const counts = new Map<string, number>();
  for (const { revision } of cells) counts.set(revision, (counts.get(revision) ?? 0) + 1);
  const [only, ...others] = counts.keys();
  if (only === undefined || others.length === 0) return only ?? 'of no cell';
  return [...counts].map(([revision, count]) => `${revision} (${count} cells)`).join(' and ');
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

function totalsOf(cells: readonly FaultCell[]): string {
  const kept = cells.filter(({ prediction }) => prediction.verdict !== 'breaks');
  const unknown = sum(cells.map((cell) => cell.unknown.count));
  const resolved = sum(cells.map((cell) => cell.unknown.resolved));
  const recoveries = kept.map(({ recoveryMs }) => recoveryMs ?? Number.POSITIVE_INFINITY);
  return [
    'Where nothing was predicted to break:',
    `${sum(kept.map((cell) => cell.acknowledgedLost))} acknowledged grants lost,`,
    `${sum(kept.map((cell) => cell.overIssued))} over-issued,`,
    `${sum(kept.map((cell) => cell.lostUpdates))} updates lost,`,
    `the slowest first grant ${Math.max(0, ...recoveries)} ms after healing.`,
    `Of ${unknown} claims with an unknown outcome, ${resolved} were resolved by replays.`,
  ].join(' ');
}

function sectionOf(fault: Fault, cells: readonly FaultCell[]): string {
  if (cells.length === 0) return '';
  const groups = new Map<string, FaultCell[]>();
  for (const cell of cells) {
    const { verdict, reason, breaks } = cell.prediction;
    const key = [verdict, reason, breaks.join(), outcomeOf(cell)].join('|');
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  return [
    `## ${fault.name}`,
    '',
    `${sentence(fault.title)} \`npm run faults -- --fault ${fault.name} --strategy NAME\``,
    '',
    '| strategies | predicted | because | found | no grant for | first grant after healing ' +
      '| unknown outcomes | past the deadline |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...[...groups.values()].map(rowOf),
    '',
  ].join('\n');
}

const sentence = (title: string): string => `${title.charAt(0).toUpperCase()}${title.slice(1)}.`;

function rowOf(cells: readonly FaultCell[]): string {
  const [first] = cells;
  if (first === undefined) return '';
  const { verdict, reason } = first.prediction;
  return `| ${[
    cells.map(({ strategy }) => strategy).join(', '),
    verdict,
    reason,
    foundIn(cells),
    spanOf(cells.map(({ withoutSuccessMs }) => withoutSuccessMs)),
    spanOf(cells.flatMap(({ recoveryMs }) => recoveryMs ?? [])),
    `${sum(cells.map(({ unknown }) => unknown.resolved))} of ` +
      `${sum(cells.map(({ unknown }) => unknown.count))} resolved`,
    `${Math.max(...cells.map(({ worstPastDeadlineMs }) => worstPastDeadlineMs))} ms`,
  ].join(' | ')} |`;
}

/** What was found where it differs; the violations where some were predicted. */
function foundIn(cells: readonly FaultCell[]): string {
  const deviations = cells.flatMap((cell) =>
    cell.deviations.map((what) => `${cell.strategy}: ${what}`),
  );
  if (deviations.length > 0) return `**not as predicted**: ${deviations.join('; ')}`;
  const counts = new Map<string, number>();
  for (const { kind, count } of cells.flatMap(({ violations }) => violations))
    counts.set(kind, (counts.get(kind) ?? 0) + count);
  return counts.size === 0
    ? 'as predicted'
    : `as predicted: ${[...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')}`;
}

const spanOf = (valuesMs: readonly number[]): string => {
  if (valuesMs.length === 0) return 'none';
  const low = Math.min(...valuesMs);
  const high = Math.max(...valuesMs);
  return low === high ? `${low} ms` : `${low} to ${high} ms`;
};
