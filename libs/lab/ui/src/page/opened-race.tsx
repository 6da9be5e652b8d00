import { runNameOf, type OpenedRace } from '@coupon/results';
import { useContext } from 'preact/hooks';
import { EnvironmentTable } from '../components/environment-table.js';
import { Evidence } from '../components/evidence.js';
import { Fault } from '../components/fault.js';
import { RunsTable } from '../components/runs-table.js';
import { dateTime } from '../format.js';
import { messages } from '../messages/catalogue.js';
import { PreferencesContext, useText } from '../preferences.js';
import { openedRace } from './lab.js';
import { useQuery } from './queries.js';
import { hrefTo } from './route.js';

const { results: texts } = messages;

/** One earlier race: its figures, the violations with their evidence, and how to run it again. */
export function OpenedRaceView({ id }: { id: string }) {
  const text = useText();
  const { language } = useContext(PreferencesContext);
  const { value: race, fault } = useQuery(() => openedRace(id), id);
  return (
    <section>
      <p>
        <a href={hrefTo('results')}>← {text(texts.back)}</a>
      </p>
      <Fault message={fault} />
      {race !== undefined && (
        <>
          <div class="bar">
            <h1>{dateTime(race.environment.startedAt, language)}</h1>
            <div class="actions">
              {race.hasReport && (
                <a
                  class="button primary"
                  href={`/results/${id}/report.html`}
                  target="_blank"
                  rel="noopener"
                >
                  {text(messages.race.report)}
                </a>
              )}
            </div>
          </div>
          <div class="card">
            <RunsTable runs={race.runs} />
          </div>
          <Violations race={race} />
          <section class="card">
            <h2>{text(texts.environment)}</h2>
            <EnvironmentTable environment={race.environment} command={race.command} />
          </section>
        </>
      )}
    </section>
  );
}

function Violations({ race: { runs } }: { race: OpenedRace }) {
  const text = useText();
  const damaged = runs.filter(({ verdict }) => verdict.findings.length > 0);
  if (damaged.length === 0) return null;
  return (
    <section class="card">
      <h2>{text(texts.evidence)}</h2>
      {damaged.map((run, n) => (
        <div key={n}>
          <h3>{runNameOf(run)}</h3>
          <Evidence findings={run.verdict.findings} />
        </div>
      ))}
    </section>
  );
}
