import { runFiguresOf, type RunFigures, type RunResult } from '@coupon/results';
import Table from 'cli-table3';
import { original } from '../original.js';
import { percentOf, whole } from '@coupon/ui';

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : sum(values) / values.length;

/** The sums and means of `npm run reproduce` beside those of the original. */
export function besideTheOriginal(runs: readonly RunResult[]): string {
  const figuresUnder = (profile: string): readonly RunFigures[] =>
    runs.filter((run) => run.profile === profile).map(runFiguresOf);
  const broken = figuresUnder('original-broken');
  const fixed = figuresUnder('original-fixed');
  const timeouts = sum(original.fixed.map(({ lockTimeouts }) => lockTimeouts));
  const grants = original.fixed.map(({ granted }) => granted);
  const table = new Table({
    head: ['', 'original', 'here'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right'],
  });
  table.push(...brokenLines(broken), ...fixedLines(fixed, grants, timeouts));
  return table.toString();
}

type Line = [label: string, original: string, here: string];

function brokenLines(runs: readonly RunFigures[]): readonly Line[] {
  const { granted, requests, lostUpdates } = original.broken;
  const grantedHere = sum(runs.map((run) => run.granted));
  const lostHere = sum(runs.map((run) => run.lostUpdates));
  const requestsHere = sum(runs.map((run) => run.requests));
  return [
    ['broken: success', percentOf(granted, requests), percentOf(grantedHere, requestsHere)],
    ['broken: lost updates', whole(lostUpdates), whole(lostHere)],
    [
      'broken: lost updates of the 200s',
      percentOf(lostUpdates, granted),
      percentOf(lostHere, grantedHere),
    ],
  ];
}

function fixedLines(
  runs: readonly RunFigures[],
  grants: readonly number[],
  timeouts: number,
): readonly Line[] {
  const here = (figure: (run: RunFigures) => number): readonly number[] => runs.map(figure);
  const granted = here((run) => run.granted);
  const grantable = sum(here((run) => run.grantable));
  return [
    ['fixed: runs', whole(original.fixed.length), whole(runs.length)],
    ['fixed: 200, sum', whole(sum(grants)), whole(sum(granted))],
    ['fixed: told "sold out", sum', '0', whole(sum(here((run) => run.soldOut)))],
    ['fixed: failures, sum', whole(timeouts), whole(sum(here((run) => run.failed)))],
    ['fixed: 200, mean', whole(mean(grants)), whole(mean(granted))],
    [
      'fixed: req/s, mean',
      mean(original.fixed.map(({ ratePerS }) => ratePerS)).toFixed(1),
      mean(here((run) => run.ratePerS)).toFixed(1),
    ],
    ['fixed: granted/s, mean', '-', mean(here((run) => run.grantsPerS)).toFixed(1)],
    [
      'fixed: med, mean',
      `${mean(original.fixed.map(({ medMs }) => medMs)).toFixed(0)} ms`,
      `${mean(here((run) => run.latencyMs.med)).toFixed(0)} ms`,
    ],
    [
      'fixed: success',
      percentOf(sum(grants), sum(grants) + timeouts),
      percentOf(sum(granted), grantable),
    ],
    ['fixed: lost updates', '0', whole(sum(here((run) => run.lostUpdates)))],
  ];
}
