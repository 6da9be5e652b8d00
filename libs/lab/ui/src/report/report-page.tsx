import { runChartsOf } from '../charts/run-charts.js';
import { EnvironmentTable } from '../components/environment-table.js';
import { messages } from '../messages/catalogue.js';
import { bilingual, Message, PreferencesContext } from '../preferences.js';
import { OriginalSection } from './original-section.js';
import type { ReportData } from './report-data.js';
import {
  FiguresSection,
  Section,
  TimelineSection,
  TraceSection,
  VerdictSection,
} from './sections.js';
import { Switches } from './switches.js';

/** The body of a report: both languages, of which the stylesheet shows one. */
export function ReportPage({
  data: { result, timelines, traces, original },
}: {
  data: ReportData;
}) {
  const { runs, command, environment } = result;
  return (
    <PreferencesContext.Provider value={bilingual}>
      <header class="report-top">
        <div>
          <h1>
            <Message text={messages.report.title} />
          </h1>
          <p>
            {environment.startedAt.slice(0, 19).replace('T', ' ')} UTC · <code>{command}</code>
          </p>
        </div>
        <div class="switches" id="switches">
          <Switches />
        </div>
      </header>
      <main>
        <VerdictSection runs={runs} />
        <TraceSection traces={traces} hasRuns={runs.length > 0} />
        <TimelineSection
          runs={runs}
          panels={timelines.map((timeline, n) => runChartsOf(`run-${n}`, timeline))}
        />
        <FiguresSection runs={runs} />
        <OriginalSection runs={runs} original={original} />
        <Section id="environment" title={messages.environment.title}>
          <EnvironmentTable environment={environment} command={command} />
          <p>
            <Message text={messages.environment.files} />
          </p>
        </Section>
      </main>
    </PreferencesContext.Provider>
  );
}
