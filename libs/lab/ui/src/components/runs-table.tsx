import { runEndingOf, runFiguresOf, runNameOf, type RunResult } from '@coupon/results';
import { duration, percent, whole } from '../format.js';
import { messages } from '../messages/catalogue.js';
import { Message } from '../preferences.js';
import { sentenceOf } from '../run-lines.js';
import { DataTable } from './data-table.js';

const { figureLabels } = messages;

/** How each run of a race ended, in a sentence and a line of figures. */
export function RunsTable({ runs }: { runs: readonly RunResult[] }) {
  return (
    <>
      <ul class="sentences">
        {runs.map((run, n) => (
          <li key={n} class={run.verdict.holds ? '' : 'bad'}>
            <Message text={sentenceOf(run)} />
          </li>
        ))}
      </ul>
      <DataTable
        name="runs"
        label={messages.race.verdicts}
        head={[
          figureLabels.run,
          figureLabels.granted,
          figureLabels.lostUpdates,
          figureLabels.success,
          figureLabels.integrity,
          figureLabels.grantsPerS,
          figureLabels.med,
          figureLabels.p95,
          figureLabels.requests,
          figureLabels.expectedRemaining,
          figureLabels.remaining,
        ]}
        rows={runs.map(cellsOf)}
      />
    </>
  );
}

function cellsOf(run: RunResult) {
  const figures = runFiguresOf(run);
  const ending = runEndingOf(run);
  return [
    <>
      {runNameOf(run)}
      <small>
        {run.profile} ·{' '}
        <span class={`ending ${ending}`}>
          <Message text={messages.endings[ending]} />
        </span>
      </small>
    </>,
    whole(figures.granted),
    <span class={figures.lostUpdates === 0 ? '' : 'bad'}>{whole(figures.lostUpdates)}</span>,
    percent(figures.success),
    percent(figures.integrity),
    whole(figures.grantsPerS),
    duration(figures.latencyMs.med),
    duration(figures.latencyMs.p95),
    whole(figures.requests),
    whole(figures.expectedRemaining),
    whole(figures.remaining),
  ];
}
