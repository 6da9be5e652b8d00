import type { OpenedRace } from '@coupon/results';
import { useQuery } from './queries.js';
import { nameOf } from './figures.js';
import { formatFor } from './format.js';
import { openedRace } from './lab.js';
import { useWords } from './preferences.js';
import { hrefTo } from './route.js';
import { RunsTable, sentenceOf } from './runs-table.js';

/** One earlier race: its figures, what was found with its evidence, and how to run it again. */
export function OpenedRaceView({ id }: { id: string }) {
  const say = useWords();
  const { when } = formatFor(say.locale);
  const { value: race, fault } = useQuery(() => openedRace(id), id);
  return (
    <section>
      <p>
        <a href={hrefTo('results')}>← {say.results.back}</a>
      </p>
      {fault === null ? null : (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      {race !== undefined && (
        <>
          <div class="bar">
            <h1>{when(race.environment.startedAt)}</h1>
            <div class="actions">
              {race.hasReport && (
                <a
                  class="button primary"
                  href={`/results/${id}/report.html`}
                  target="_blank"
                  rel="noopener"
                >
                  {say.race.report}
                </a>
              )}
            </div>
          </div>
          <div class="card">
            <ul class="sentences">
              {race.runs.map((run, n) => (
                <li key={n} class={run.verdict.holds ? '' : 'bad'}>
                  {sentenceOf(run, say)}
                </li>
              ))}
            </ul>
            <RunsTable runs={race.runs} />
          </div>
          <Evidence race={race} />
          <Circumstances race={race} />
        </>
      )}
    </section>
  );
}

function Evidence({ race: { runs } }: { race: OpenedRace }) {
  const { results: say, locale } = useWords();
  const { whole } = formatFor(locale);
  const found = runs.flatMap((run) =>
    run.verdict.findings.map((finding) => ({ name: nameOf(run), ...finding })),
  );
  if (found.length === 0) return null;
  return (
    <section class="card">
      <h2>{say.evidence}</h2>
      <ul class="evidence">
        {found.map(({ name, kind, count, text, claims }) => (
          <li key={`${name} ${kind}`}>
            <b>{name}</b> <code>{kind}</code> {whole(count)}{' '}
            <span class="muted" lang="en">
              {text}
            </span>
            {claims.length > 0 && (
              <details>
                <summary>{say.claims}</summary>
                <ul>
                  {claims.map((claim) => (
                    <li key={claim}>
                      <code>{claim}</code>
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Circumstances({ race: { command, environment } }: { race: OpenedRace }) {
  const { results: say } = useWords();
  const { cpus, cpu, memoryMb, os, node, database, redis, k6, revision } = environment;
  return (
    <section class="card">
      <h2>{say.again}</h2>
      <pre tabIndex={0}>{command}</pre>
      <p class="muted">
        {say.made}: {cpus} × {cpu}, {memoryMb} MB, {os}, Node {node}, {database}, Redis {redis}, k6{' '}
        {k6}, {revision}
      </p>
    </section>
  );
}
