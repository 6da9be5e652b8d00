import {
  runEndingOf,
  runFiguresOf,
  runNameOf,
  type RunFigures,
  type RunResult,
} from '@coupon/results';
import { duration, percent, whole } from './format.js';
import { messages } from './messages/catalogue.js';
import { sameText, type Text } from './text.js';

/** How a run ended, in one sentence. */
export const sentenceOf = (run: RunResult): Text =>
  messages.sentences[runEndingOf(run)]({
    name: runNameOf(run),
    run,
    figures: runFiguresOf(run),
  });

const otherFailures = ({ otherFailures: others }: RunFigures): string =>
  others.length === 0
    ? '0'
    : others.map(([reason, count]) => `${reason} ${whole(count)}`).join('\n');

/** A run's granted/s as a multiple of the first of `runs` that held under the same load. */
const timesFirst = (run: RunResult, runs: readonly RunResult[]): string => {
  const first = runs.find((one) => one.verdict.sound && one.profile === run.profile);
  return first === undefined || !run.verdict.sound
    ? '-'
    : `${(run.http.grantsPerS / first.http.grantsPerS).toFixed(2)} x`;
};

type FigureCode = keyof typeof messages.figureLabels;
type FigureOf = (figures: RunFigures, run: RunResult, runs: readonly RunResult[]) => Text | string;

const lines: readonly (readonly [FigureCode, FigureOf])[] = [
  ['load', (_, run) => run.profile],
  ['requests', ({ requests }) => whole(requests)],
  ['granted', ({ granted }) => whole(granted)],
  ['soldOut', ({ soldOut }) => whole(soldOut)],
  ['otherConflicts', ({ otherConflicts }) => whole(otherConflicts)],
  ['otherFailures', otherFailures],
  ['ratePerS', ({ ratePerS }) => ratePerS.toFixed(1)],
  ['grantsPerS', ({ grantsPerS }) => grantsPerS.toFixed(1)],
  ['timesFirst', (_, run, runs) => timesFirst(run, runs)],
  ['avg', ({ latencyMs }) => duration(latencyMs.avg)],
  ['med', ({ latencyMs }) => duration(latencyMs.med)],
  ['p90', ({ latencyMs }) => duration(latencyMs.p90)],
  ['p95', ({ latencyMs }) => duration(latencyMs.p95)],
  ['max', ({ latencyMs }) => duration(latencyMs.max)],
  ['issued', ({ issued }) => whole(issued)],
  ['expectedRemaining', (figures) => whole(figures.expectedRemaining)],
  ['remaining', ({ remaining }) => whole(remaining)],
  ['lostUpdates', ({ lostUpdates }) => whole(lostUpdates)],
  ['success', ({ success }) => percent(success)],
  ['integrity', ({ integrity }) => percent(integrity)],
  ['verdict', (_, run) => messages.endings[runEndingOf(run)]],
];

/** A line of the table of runs: its label, and a figure for each run. */
export interface RunLine {
  readonly label: Text;
  readonly figures: readonly Text[];
}

/** The lines of the table of `runs`; `all`: the whole race, where these are a part of it. */
export function runLinesOf(
  runs: readonly RunResult[],
  all: readonly RunResult[] = runs,
): readonly RunLine[] {
  const columns = runs.map((run) => ({ run, figures: runFiguresOf(run) }));
  return lines.map(([code, figureOf]) => ({
    label: messages.figureLabels[code],
    figures: columns.map(({ run, figures }) => {
      const figure = figureOf(figures, run, all);
      return typeof figure === 'string' ? sameText(figure) : figure;
    }),
  }));
}
