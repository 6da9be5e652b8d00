import { runEndingOf, type PastRace, type RaceState } from '@coupon/results';
import { useContext, useState } from 'preact/hooks';
import { Fault } from '../components/fault.js';
import { dateTime } from '../format.js';
import { messages } from '../messages/catalogue.js';
import { PreferencesContext, useText } from '../preferences.js';
import { deleteRace, pastRaces } from './lab.js';
import { OpenedRaceView } from './opened-race.js';
import { useQuery } from './queries.js';
import { RaceComparison } from './race-comparison.js';
import { hrefTo } from './route.js';

const { results: texts } = messages;

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
  return <PastRaces version={`${race?.id} ${race?.phase}`} />;
}

/** `version` changes when there may be one race more. */
function PastRaces({ version }: { version: string }) {
  const text = useText();
  const past = useQuery(pastRaces, version);
  const [selected, setSelected] = useState<readonly string[]>([]);
  const toggle = (id: string): void =>
    setSelected((was) =>
      was.includes(id) ? was.filter((one) => one !== id) : [...was, id].slice(-2),
    );
  const forget = (id: string): void => {
    setSelected((was) => was.filter((one) => one !== id));
    past.refetch();
  };
  const [first, second] = [...selected].sort();
  return (
    <section>
      <div class="bar">
        <div>
          <h1>{text(texts.heading)}</h1>
          <p class="muted">{text(texts.pick)}</p>
        </div>
        <div class="actions">
          {first !== undefined && second !== undefined && (
            <a class="button primary" href={hrefTo('results', first, second)}>
              {text(texts.compare)}
            </a>
          )}
        </div>
      </div>
      <Fault message={past.fault} />
      {past.value?.length === 0 && <p>{text(texts.empty)}</p>}
      <ul class="past">
        {past.value?.map((race) => (
          <PastRaceItem
            key={race.id}
            race={race}
            isSelected={selected.includes(race.id)}
            onToggle={() => toggle(race.id)}
            onDeleted={() => forget(race.id)}
          />
        ))}
      </ul>
    </section>
  );
}

function PastRaceItem({
  race: { id, startedAt, runs, hasReport },
  isSelected,
  onToggle,
  onDeleted,
}: {
  race: PastRace;
  isSelected: boolean;
  onToggle: () => void;
  onDeleted: () => void;
}) {
  const text = useText();
  const { language } = useContext(PreferencesContext);
  const when = dateTime(startedAt, language);
  const remove = async (): Promise<void> => {
    if (!confirm(text(texts.confirmDelete(when)))) return;
    await deleteRace(id).catch((error: unknown) =>
      alert(error instanceof Error ? error.message : String(error)),
    );
    onDeleted();
  };
  return (
    <li class="card" data-race={id}>
      <input
        type="checkbox"
        aria-label={`${text(texts.compare)}: ${when}`}
        checked={isSelected}
        onChange={onToggle}
      />
      <div class="summary">
        <a href={hrefTo('results', id)}>
          <time dateTime={startedAt}>{when}</time>
        </a>
        <RunNames runs={runs} />
      </div>
      <div class="actions">
        {hasReport && (
          <a class="button" href={`/results/${id}/report.html`} target="_blank" rel="noopener">
            {text(texts.report)}
          </a>
        )}
        <button
          type="button"
          class="quiet danger"
          aria-label={`${text(texts.delete)}: ${when}`}
          onClick={() => void remove()}
        >
          {text(texts.delete)}
        </button>
      </div>
    </li>
  );
}

const SHOWN_MAX = 8;

function RunNames({ runs }: { runs: PastRace['runs'] }) {
  const more = runs.length - SHOWN_MAX;
  return (
    <p class="run-names">
      {runs.slice(0, SHOWN_MAX).map(({ strategy, holds, sound }, n) => (
        <span key={n} class={`status ${endingOf(holds, sound)}`}>
          {strategy}
        </span>
      ))}
      {more > 0 && <span class="muted">+ {more}</span>}
      <span class="muted">{[...new Set(runs.map(({ profile }) => profile))].join(', ')}</span>
    </p>
  );
}

const endingOf = (holds: boolean, sound: boolean) =>
  runEndingOf({ verdict: { holds, sound, expected: '', findings: [] } });
