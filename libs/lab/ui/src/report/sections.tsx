import { runNameOf, type RunResult } from '@coupon/results';
import type { ComponentChildren } from 'preact';
import { ChartKeys, ChartPanel, type ChartPanelData } from '../charts/chart-panel.js';
import { DataTable } from '../components/data-table.js';
import { VerdictCard } from '../components/verdict-card.js';
import { messages } from '../messages/catalogue.js';
import { joinedText, letterOf, scheduleOutcomes, swimLanes } from '../messages/swim-lanes.js';
import { Localized, Message, useText } from '../preferences.js';
import { runLinesOf } from '../run-lines.js';
import { momentsOf } from '../swim-lanes/moments.js';
import { SwimLanes } from '../swim-lanes/swim-lanes.js';
import { sameText, type Text } from '../text.js';
import type { Trace } from './report-data.js';

const { report } = messages;

/** A part of the report under a heading of its own. */
export const Section = ({
  id,
  title,
  children,
}: {
  id: string;
  title: Text;
  children: ComponentChildren;
}) => (
  <section id={id} aria-labelledby={`${id}-title`}>
    <h2 id={`${id}-title`}>
      <Message text={title} />
    </h2>
    {children}
  </section>
);

/** A card for each run. */
export const VerdictSection = ({ runs }: { runs: readonly RunResult[] }) => (
  <Section id="verdicts" title={report.verdicts}>
    <div class="cards">
      {runs.map((run, n) => (
        <VerdictCard key={n} run={run} />
      ))}
    </div>
  </Section>
);

/** Two claims of a strategy that broke, and of one that held, each drawn and in words. */
export function TraceSection({ traces, hasRuns }: { traces: readonly Trace[]; hasRuns: boolean }) {
  if (traces.length === 0 && !hasRuns) return null;
  return (
    <Section id="trace" title={messages.trace.title}>
      <p>
        <Message text={traces.length === 0 ? messages.trace.none : messages.trace.about} />
      </p>
      <div class="traces">
        {traces.map((trace) => (
          <TraceFigure key={trace.strategy} trace={trace} />
        ))}
      </div>
    </Section>
  );
}

function TraceFigure({ trace: { strategy, database, schedule, of } }: { trace: Trace }) {
  const text = useText();
  const orders = of === 1 ? messages.trace.onlyOrder : messages.trace.oneOf(of);
  const caption = joinedText(
    [messages.trace.ends(scheduleOutcomes[schedule.outcome]), orders],
    ', ',
  );
  return (
    <figure class="trace" data-strategy={strategy}>
      <figcaption>
        <h3>{strategy}</h3>
        <p>
          <Message text={caption} /> ({database})
        </p>
      </figcaption>
      <div
        class="scroll"
        role="region"
        tabIndex={0}
        aria-label={`${text(messages.trace.title)}: ${strategy}`}
      >
        <Localized in={(language) => <SwimLanes schedule={schedule} language={language} />} />
      </div>
      <details>
        <summary>
          <Message text={messages.trace.words} />
        </summary>
        <DataTable
          hasCaption
          label={caption}
          head={[swimLanes.columns.ms, swimLanes.columns.client, swimLanes.columns.event]}
          rows={momentsOf(schedule).map(({ atMs, client, lines }) => [
            atMs.toFixed(1),
            <Message text={swimLanes.client(letterOf(client))} />,
            lines.map((line, n) => (
              <div key={n}>
                <Message text={line.text} />
              </div>
            )),
          ])}
        />
      </details>
    </figure>
  );
}

/** The charts of each run; runs beyond these are in the table only. */
export function TimelineSection({
  runs,
  panels,
}: {
  runs: readonly RunResult[];
  panels: readonly (readonly ChartPanelData[])[];
}) {
  const leftOut = runs.length - panels.length;
  return (
    <Section id="timelines" title={report.timelines}>
      {panels.map((own, n) => {
        const run = runs[n];
        return run === undefined ? null : <RunCharts key={n} run={run} panels={own} n={n} />;
      })}
      {leftOut > 0 && (
        <p>
          <Message text={report.runsLeftOut(leftOut)} />
        </p>
      )}
      <ChartKeys />
    </Section>
  );
}

function RunCharts({
  run,
  panels,
  n,
}: {
  run: RunResult;
  panels: readonly ChartPanelData[];
  n: number;
}) {
  const isEmpty = panels.every(({ chart }) => chart.x.values.length === 0);
  return (
    <section class="run">
      <h3>{runNameOf(run)}</h3>
      {isEmpty ? (
        <p>
          <Message text={report.noEvidence} />
        </p>
      ) : (
        <div class="chart-panels">
          {panels.map((panel) => (
            <div key={panel.chart.id} data-panel={panel.chart.id}>
              <ChartPanel {...panel} group={`run-${n}`} />
            </div>
          ))}
        </div>
      )}
    </section>
  );
}

/** The table that the command line prints, with the same figures. */
export const FiguresSection = ({ runs }: { runs: readonly RunResult[] }) => (
  <Section id="figures" title={report.figures}>
    <DataTable
      hasCaption
      name="figures"
      label={report.asPrinted}
      head={[sameText(''), ...runs.map(runNameOf)]}
      rows={runLinesOf(runs).map(({ label, figures }) => [
        <Message text={label} />,
        ...figures.map((figure) => <Message text={figure} />),
      ])}
    />
  </Section>
);
