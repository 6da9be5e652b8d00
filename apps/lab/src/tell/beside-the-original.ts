import type { RunResult } from '@coupon/results';
import Table from 'cli-table3';
import { original } from '../original.js';
import { grantableIn } from './table.js';

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : sum(values) / values.length;
const percent = (part: number, all: number): string =>
  all === 0 ? '-' : `${((100 * part) / all).toFixed(2)} %`;
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

const grantedIn = (run: RunResult): number => run.http.status['200'] ?? 0;
const failedIn = (run: RunResult): number => grantableIn(run) - grantedIn(run);

/** Sums and means of `npm run reproduce` beside the original's own. */
export function besideTheOriginal(runs: readonly RunResult[]): string {
  const broken = runs.filter((run) => run.profile === 'original-broken');
  const fixed = runs.filter((run) => run.profile === 'original-fixed');
  const of = (list: readonly RunResult[], figure: (run: RunResult) => number): number =>
    sum(list.map(figure));
  const timeouts = original.fixed.map((run) => run.lockTimeouts);
  const grants = original.fixed.map((run) => run.granted);
  const table = new Table({
    head: ['', 'original', 'here'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right'],
  });
  table.push(
    [
      'broken: success',
      percent(original.broken.granted, original.broken.requests),
      percent(
        of(broken, grantedIn),
        of(broken, (run) => run.http.requests),
      ),
    ],
    [
      'broken: lost updates',
      whole(original.broken.lostUpdates),
      whole(of(broken, (run) => run.rows.lostUpdates)),
    ],
    [
      'broken: lost updates of the 200s',
      percent(original.broken.lostUpdates, original.broken.granted),
      percent(
        of(broken, (run) => run.rows.lostUpdates),
        of(broken, grantedIn),
      ),
    ],
    ['fixed: runs', whole(original.fixed.length), whole(fixed.length)],
    ['fixed: 200, sum', whole(sum(grants)), whole(of(fixed, grantedIn))],
    [
      'fixed: told "sold out", sum',
      '0',
      whole(of(fixed, (run) => run.http.reasons['SOLD_OUT'] ?? 0)),
    ],
    ['fixed: failures, sum', whole(sum(timeouts)), whole(of(fixed, failedIn))],
    ['fixed: 200, mean', whole(mean(grants)), whole(mean(fixed.map(grantedIn)))],
    [
      'fixed: req/s, mean',
      mean(original.fixed.map((run) => run.ratePerS)).toFixed(1),
      mean(fixed.map((run) => run.http.ratePerS)).toFixed(1),
    ],
    ['fixed: granted/s, mean', '-', mean(fixed.map((run) => run.http.grantsPerS)).toFixed(1)],
    [
      'fixed: med, mean',
      `${mean(original.fixed.map((run) => run.medMs)).toFixed(0)} ms`,
      `${mean(fixed.map((run) => run.http.latencyMs.med)).toFixed(0)} ms`,
    ],
    [
      'fixed: success',
      percent(sum(grants), sum(grants) + sum(timeouts)),
      percent(of(fixed, grantedIn), of(fixed, grantableIn)),
    ],
    ['fixed: lost updates', '0', whole(of(fixed, (run) => run.rows.lostUpdates))],
  );
  return table.toString();
}
