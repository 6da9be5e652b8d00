import { runNameOf, type RunResult } from '@coupon/results';
import { runLinesOf, sentenceOf as textOfSentence } from '@coupon/ui';
import Table from 'cli-table3';

/** The lines of the race's table: a label, and its figure for each run. */
export const figuresOf = (
  runs: readonly RunResult[],
  all: readonly RunResult[] = runs,
): readonly { readonly label: string; readonly figures: readonly string[] }[] =>
  runLinesOf(runs, all).map(({ label, figures }) => ({
    label: label.en,
    figures: figures.map(({ en }) => en),
  }));

/** How a run ended, in one sentence. */
export const sentenceOf = (run: RunResult): string => textOfSentence(run).en;

/** Columns that fit side by side on a screen. */
const COLUMNS_MAX = 6;

/**
 * One column per run and one line per figure, as the original reports its runs. Without colors:
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
