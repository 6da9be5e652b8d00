import {
  runEndingOf,
  runFiguresOf,
  runNameOf,
  shareOf,
  type RunEnding,
  type RunFigures,
  type RunResult,
} from '@coupon/results';
import Table from 'cli-table3';

/** A count, with commas. */
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
/** A share as a percentage with two digits; a dash where there is nothing to share. */
export const shareText = (share: number | null): string =>
  share === null ? '-' : `${(100 * share).toFixed(2)} %`;
/** `part` of `all` as {@link shareText} writes it. */
export const percent = (part: number, all: number): string => shareText(shareOf(part, all));
/** A time in the unit that suits it. */
export const time = (ms: number): string =>
  ms < 1_000 ? `${ms.toFixed(ms < 100 ? 2 : 0)} ms` : `${(ms / 1_000).toFixed(2)} s`;

/** The share of grantable claims that were granted. */
export const successOf = (run: RunResult): string => shareText(runFiguresOf(run).success);
/** The share of issued coupons that `quantity` accounts for. */
export const integrityOf = (run: RunResult): string => shareText(runFiguresOf(run).integrity);

const otherFailures = ({ otherFailures: others }: RunFigures): string =>
  others.length === 0
    ? '0'
    : others.map(([reason, count]) => `${reason} ${whole(count)}`).join('\n');

/** A run's granted/s as a multiple of the first of `runs` that held under the same load. */
const timesTheFirst = (run: RunResult, runs: readonly RunResult[]): string => {
  const first = runs.find((one) => one.verdict.sound && one.profile === run.profile);
  return first === undefined || !run.verdict.sound
    ? '-'
    : `${(run.http.grantsPerS / first.http.grantsPerS).toFixed(2)} x`;
};

const verdictNames: Readonly<Record<RunEnding, string>> = {
  held: 'holds',
  'broke-as-declared': 'breaks, as declared',
  'not-as-declared': 'NOT AS DECLARED',
};

type Line = readonly [
  label: string,
  figure: (figures: RunFigures, run: RunResult, runs: readonly RunResult[]) => string,
];

const lines: readonly Line[] = [
  ['load', (_, run) => run.profile],
  ['requests', ({ requests }) => whole(requests)],
  ['200', ({ granted }) => whole(granted)],
  ['409 sold out', ({ soldOut }) => whole(soldOut)],
  ['409 otherwise', ({ otherConflicts }) => whole(otherConflicts)],
  ['other failures', otherFailures],
  ['req/s', ({ ratePerS }) => ratePerS.toFixed(1)],
  ['granted/s', ({ grantsPerS }) => grantsPerS.toFixed(1)],
  ['against the first to hold', (_, run, runs) => timesTheFirst(run, runs)],
  ['avg', ({ latencyMs }) => time(latencyMs.avg)],
  ['med', ({ latencyMs }) => time(latencyMs.med)],
  ['p90', ({ latencyMs }) => time(latencyMs.p90)],
  ['p95', ({ latencyMs }) => time(latencyMs.p95)],
  ['max', ({ latencyMs }) => time(latencyMs.max)],
  ['rows in user_coupon', ({ issued }) => whole(issued)],
  ['quantity due', (figures) => whole(figures.expectedRemaining)],
  ['quantity found', ({ remaining }) => whole(remaining)],
  ['lost updates', ({ lostUpdates }) => whole(lostUpdates)],
  ['success', ({ success }) => shareText(success)],
  ['integrity', ({ integrity }) => shareText(integrity)],
  ['verdict', (_, run) => verdictNames[runEndingOf(run)]],
];

/** The lines of the race's table: a label, and its figure for each run. */
export const figuresOf = (
  runs: readonly RunResult[],
  all: readonly RunResult[] = runs,
): readonly { readonly label: string; readonly figures: readonly string[] }[] => {
  const columns = runs.map((run) => ({ run, figures: runFiguresOf(run) }));
  return lines.map(([label, figure]) => ({
    label,
    figures: columns.map((column) => figure(column.figures, column.run, all)),
  }));
};

/** Columns that fit side by side on a screen. */
const COLUMNS_MAX = 6;

/**
 * One column per run and one line per figure, as the original reports its runs. Without colours:
 * the table is also pasted into documents.
 */
export function tableOf(runs: readonly RunResult[]): string {
  const tables = Array.from({ length: Math.ceil(runs.length / COLUMNS_MAX) }, (_, n) =>
    oneTable(runs.slice(n * COLUMNS_MAX, (n + 1) * COLUMNS_MAX), runs),
  );
  return tables.join('\n\n');
}

function oneTable(runs: readonly RunResult[], all: readonly RunResult[]): string {
  const head = ['', ...runs.map(runNameOf)];
  const table = new Table({
    head,
    style: { head: [], border: [], compact: true },
    colAligns: head.map((_, n) => (n === 0 ? 'left' : 'right')),
  });
  table.push(...figuresOf(runs, all).map(({ label, figures }) => [label, ...figures]));
  return table.toString();
}

const endings: Readonly<Record<RunEnding, (run: RunResult, figures: RunFigures) => string>> = {
  'not-as-declared'({ verdict }, { issued }) {
    const why =
      verdict.findings.map(({ text, kind, count }) => `${text} (${kind}, ${count})`).join('; ') ||
      (issued === 0 ? 'nothing was issued' : 'nothing broke');
    return `did not do what it declares (${verdict.expected}): ${why}.`;
  },
  'broke-as-declared'(_, figures) {
    const deadlocks = `${shareText(figures.deadlockShare)} of its requests died in deadlocks (errno 1213)`;
    const lost = `${whole(figures.lostUpdates)} of its ${whole(figures.issued)} coupons (${shareText(figures.lostShare)}) are lost updates`;
    return `broke: ${deadlocks}, and ${lost}: quantity says ${whole(figures.remaining)}, the rows say ${whole(figures.expectedRemaining)}.`;
  },
  held(_, { granted, success, grantsPerS, soldOut }) {
    const end = soldOut > 0 ? `; then ${whole(soldOut)} were told that it is sold out` : '';
    return `held: ${whole(granted)} coupons granted, each with its row and its own number, quantity exact, ${shareText(success)} success at ${grantsPerS.toFixed(0)} coupons a second${end}.`;
  },
};

/** How a run ended, in one sentence. */
export const sentenceOf = (run: RunResult): string =>
  `${runNameOf(run)} ${endings[runEndingOf(run)](run, runFiguresOf(run))}`;
