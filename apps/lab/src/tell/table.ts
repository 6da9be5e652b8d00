import type { RunResult } from '@coupon/results';
import Table from 'cli-table3';

/** A count, with commas. */
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
/** A share in percent with two digits; a dash where there is nothing to share. */
export const percent = (part: number, all: number): string =>
  all === 0 ? '-' : `${((100 * part) / all).toFixed(2)} %`;
/** A time in the unit that suits it. */
export const time = (ms: number): string =>
  ms < 1_000 ? `${ms.toFixed(ms < 100 ? 2 : 0)} ms` : `${(ms / 1_000).toFixed(2)} s`;

/**
 * Claims that there was a coupon for: to be told "sold out" by a coupon that is sold out is the
 * right answer, not a failure.
 */
export const grantableIn = ({ http, rows }: RunResult): number =>
  http.requests - (rows.issued >= rows.total ? (http.reasons['SOLD_OUT'] ?? 0) : 0);
/** The share of these that were answered 200, in percent with two digits. */
export const successOf = (run: RunResult): string =>
  percent(run.http.status['200'] ?? 0, grantableIn(run));
/** The share of issued coupons that `quantity` accounts for, in percent with two digits. */
export const integrityOf = ({ rows }: RunResult): string =>
  percent(rows.issued - Math.min(rows.issued, Math.abs(rows.lostUpdates)), rows.issued);

const otherFailures = ({ http }: RunResult): string => {
  const others = Object.entries(http.reasons).filter(
    ([reason]) => !['LOCK_TIMEOUT', 'SOLD_OUT', 'LIMIT_REACHED', 'NOT_OPEN'].includes(reason),
  );
  return others.length === 0
    ? '0'
    : others.map(([reason, count]) => `${reason} ${whole(count)}`).join('\n');
};

/** How many times as many coupons a second as the first of `runs` that held under the same load. */
const timesTheFirst = (run: RunResult, runs: readonly RunResult[]): string => {
  const first = runs.find((one) => one.verdict.sound && one.profile === run.profile);
  return first === undefined || !run.verdict.sound
    ? '-'
    : `${(run.http.grantsPerS / first.http.grantsPerS).toFixed(2)} x`;
};

const lines: readonly (readonly [
  string,
  (run: RunResult, runs: readonly RunResult[]) => string,
])[] = [
  ['load', (run) => run.profile],
  ['requests', (run) => whole(run.http.requests)],
  ['200', (run) => whole(run.http.status['200'] ?? 0)],
  ['409 sold out', (run) => whole(run.http.reasons['SOLD_OUT'] ?? 0)],
  [
    '409 otherwise',
    (run) => whole((run.http.status['409'] ?? 0) - (run.http.reasons['SOLD_OUT'] ?? 0)),
  ],
  ['other failures', otherFailures],
  ['req/s', (run) => run.http.ratePerS.toFixed(1)],
  ['granted/s', (run) => run.http.grantsPerS.toFixed(1)],
  ['against the first to hold', timesTheFirst],
  ['avg', (run) => time(run.http.latencyMs.avg)],
  ['med', (run) => time(run.http.latencyMs.med)],
  ['p90', (run) => time(run.http.latencyMs.p90)],
  ['p95', (run) => time(run.http.latencyMs.p95)],
  ['max', (run) => time(run.http.latencyMs.max)],
  ['rows in user_coupon', (run) => whole(run.rows.issued)],
  ['quantity due', (run) => whole(run.rows.total - run.rows.issued)],
  ['quantity found', (run) => whole(run.rows.remaining)],
  ['lost updates', (run) => whole(run.rows.lostUpdates)],
  ['success', successOf],
  ['integrity', integrityOf],
  [
    'verdict',
    (run) =>
      run.verdict.holds ? (run.verdict.sound ? 'holds' : 'breaks, as declared') : 'NOT AS DECLARED',
  ],
];

/** What a run is called beside others. */
export const nameOf = (run: RunResult): string =>
  `${run.strategy}${run.instances > 1 ? ` x ${run.instances}` : ''}${run.repeat > 1 ? ` (${run.repeat})` : ''}`;

/**
 * All that a race's table says, line by line: a figure of each run. The report's table has the same
 * lines.
 */
export const figuresOf = (
  runs: readonly RunResult[],
): readonly { readonly label: string; readonly figures: readonly string[] }[] =>
  lines.map(([label, figure]) => ({ label, figures: runs.map((run) => figure(run, runs)) }));

/** What a screen takes side by side. */
const COLUMNS_MAX = 6;

/**
 * Tables as the original reports its runs: one column a run, one line a figure. No colours: they
 * are also pasted into documents.
 */
export function tableOf(runs: readonly RunResult[]): string {
  const tables = Array.from({ length: Math.ceil(runs.length / COLUMNS_MAX) }, (_, n) =>
    oneTable(runs.slice(n * COLUMNS_MAX, (n + 1) * COLUMNS_MAX), runs),
  );
  return tables.join('\n\n');
}

function oneTable(runs: readonly RunResult[], all: readonly RunResult[]): string {
  const head = ['', ...runs.map(nameOf)];
  const table = new Table({
    head,
    style: { head: [], border: [], compact: true },
    colAligns: head.map((_, n) => (n === 0 ? 'left' : 'right')),
  });
  table.push(...lines.map(([label, figure]) => [label, ...runs.map((run) => figure(run, all))]));
  return table.toString();
}

/** What happened, in one sentence a run. */
export function sentenceOf(run: RunResult): string {
  const granted = run.http.status['200'] ?? 0;
  const deadlocks = run.http.reasons['DEADLOCK'] ?? 0;
  const { rows, verdict } = run;
  const name = nameOf(run);
  if (!verdict.holds) {
    const why =
      verdict.findings
        .map((finding) => `${finding.text} (${finding.kind}, ${finding.count})`)
        .join('; ') || (rows.issued === 0 ? 'nothing was issued' : 'nothing broke');
    return `${name} did not do what it declares (${verdict.expected}): ${why}.`;
  }
  if (!verdict.sound) {
    return (
      `${name} broke: ${percent(deadlocks, run.http.requests)} of its requests died in deadlocks (errno 1213), and ${whole(rows.lostUpdates)} of its ` +
      `${whole(rows.issued)} coupons (${percent(rows.lostUpdates, rows.issued)}) are lost updates: quantity says ${whole(rows.remaining)}, the rows say ${whole(rows.total - rows.issued)}.`
    );
  }
  const soldOut = run.http.reasons['SOLD_OUT'] ?? 0;
  const end = soldOut > 0 ? `; then ${whole(soldOut)} were told that it is sold out` : '';
  return `${name} held: ${whole(granted)} coupons granted, each with its row and its own number, quantity exact, ${successOf(run)} success at ${run.http.grantsPerS.toFixed(0)} coupons a second${end}.`;
}
