import { runEndingOf, runFiguresOf, runNameOf, type RunResult } from '@coupon/results';
import { percent, whole } from '../format.js';
import { messages } from '../messages/catalogue.js';
import { expectationOf } from '../messages/run.js';
import { Message } from '../preferences.js';
import { sentenceOf } from '../run-lines.js';
import { Evidence } from './evidence.js';

const { headlines, verdictCard } = messages;

/** What a run promised, what happened, and the evidence. */
export function VerdictCard({ run }: { run: RunResult }) {
  const ending = runEndingOf(run);
  return (
    <article class={`card verdict ${ending}`} data-run={runNameOf(run)}>
      <header>
        <h3>{runNameOf(run)}</h3>
        <p class="load">{run.profile}</p>
        <strong class="ending">
          <Message text={messages.endings[ending]} />
        </strong>
      </header>
      <p class="label">
        <Message text={verdictCard.promised} />
      </p>
      <p>
        <Message text={expectationOf(run)} />
      </p>
      <p class="label">
        <Message text={verdictCard.happened} />
      </p>
      <p>
        <Message text={sentenceOf(run)} />
      </p>
      <Headlines run={run} />
      <p class="label">
        <Message text={verdictCard.evidence} />
      </p>
      <Evidence findings={run.verdict.findings} />
    </article>
  );
}

function Headlines({ run }: { run: RunResult }) {
  const figures = runFiguresOf(run);
  const shown = [
    [whole(figures.granted), headlines.granted],
    [whole(figures.issued), headlines.issued],
    [whole(figures.lostUpdates), headlines.lostUpdates],
    [percent(figures.success), headlines.success],
    [percent(figures.integrity), headlines.integrity],
    [figures.grantsPerS.toFixed(1), headlines.grantsPerS],
  ] as const;
  return (
    <dl class="headlines">
      {shown.map(([figure, label]) => (
        <div key={label.en}>
          <dd>{figure}</dd>
          <dt>
            <Message text={label} />
          </dt>
        </div>
      ))}
    </dl>
  );
}
