import type { PastRace, RaceState } from '@coupon/results';
import { useState } from 'preact/hooks';
import { useQuery } from './queries.js';
import { formatFor } from './format.js';
import { deleteRace, pastRaces } from './lab.js';
import { OpenedRaceView } from './opened-race.js';
import { useWords } from './preferences.js';
import { RaceComparison } from './race-comparison.js';
import { hrefTo } from './route.js';

/** Earlier races: all of them, one (`#/results/<id>`) or two (`#/results/<id>/<id>`). */
export function ResultsView({
  parts: [one, other],
  race,
}: {
  parts: readonly string[];
  race: RaceState | null;
}) {
  if (one !== undefined && other !== undefined)
    return <RaceComparison before={one} after={other} />;
  if (one !== undefined) return <OpenedRaceView id={one} />;
  return <PastRaces stamp={`${race?.id} ${race?.phase}`} />;
}

/** `stamp` changes when there may be one more. */
function PastRaces({ stamp }: { stamp: string }) {
  const { results: say, locale } = useWords();
  const { when } = formatFor(locale);
  const past = useQuery(pastRaces, stamp);
  const [marked, setMarked] = useState<readonly string[]>([]);
  const mark = (id: string): void =>
    setMarked((was) =>
      was.includes(id) ? was.filter((one) => one !== id) : [...was, id].slice(-2),
    );
  const remove = async ({ id, startedAt }: PastRace): Promise<void> => {
    if (!confirm(say.sure(when(startedAt)))) return;
    await deleteRace(id).catch((error: unknown) =>
      alert(error instanceof Error ? error.message : String(error)),
    );
    setMarked((was) => was.filter((one) => one !== id));
    past.again();
  };
  const [first, second] = [...marked].sort();
  return (
    <section>
      <div class="bar">
        <div>
          <h1>{say.heading}</h1>
          <p class="muted">{say.pick}</p>
        </div>
        <div class="actions">
          {first !== undefined && second !== undefined && (
            <a class="button primary" href={hrefTo('results', first, second)}>
              {say.compare}
            </a>
          )}
        </div>
      </div>
      {past.fault === null ? null : (
        <p class="fault" role="alert">
          {past.fault}
        </p>
      )}
      {past.value?.length === 0 && <p>{say.empty}</p>}
      <ul class="past">
        {past.value?.map((race) => (
          <li key={race.id} class="card" data-race={race.id}>
            <input
              type="checkbox"
              aria-label={`${say.compare}: ${when(race.startedAt)}`}
              checked={marked.includes(race.id)}
              onChange={() => mark(race.id)}
            />
            <div class="what">
              <a href={hrefTo('results', race.id)}>
                <time dateTime={race.startedAt}>{when(race.startedAt)}</time>
              </a>
              <Entrants runs={race.runs} />
            </div>
            <div class="actions">
              {race.hasReport && (
                <a
                  class="button"
                  href={`/results/${race.id}/report.html`}
                  target="_blank"
                  rel="noopener"
                >
                  {say.report}
                </a>
              )}
              <button
                type="button"
                class="quiet danger"
                aria-label={`${say.delete}: ${when(race.startedAt)}`}
                onClick={() => void remove(race)}
              >
                {say.delete}
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

const SHOWN_MAX = 8;

function Entrants({ runs }: { runs: PastRace['runs'] }) {
  const more = runs.length - SHOWN_MAX;
  return (
    <p class="entrants">
      {runs.slice(0, SHOWN_MAX).map(({ strategy, holds, sound }, n) => (
        <span
          key={n}
          class={`status ${!holds ? 'not-as-declared' : sound ? 'held' : 'broke-as-declared'}`}
        >
          {strategy}
        </span>
      ))}
      {more > 0 && <span class="muted">+ {more}</span>}
      <span class="muted">{[...new Set(runs.map(({ profile }) => profile))].join(', ')}</span>
    </p>
  );
}
