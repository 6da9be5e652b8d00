import type { Choices, ExplorationBody, LiveState, Schedule } from '@coupon/results';
import { useContext, useState } from 'preact/hooks';
import { Fault } from '../components/fault.js';
import { messages } from '../messages/catalogue.js';
import { PreferencesContext, useText } from '../preferences.js';
import { momentsOf } from '../swim-lanes/moments.js';
import { SwimLanes } from '../swim-lanes/swim-lanes.js';
import { explore, keptSchedules, LabRefusal, stopAll } from './lab.js';
import { useQuery } from './queries.js';
import { hrefTo } from './route.js';

const { schedules: texts, scheduleOutcomes, setup } = messages;

/** The worst first. */
const outcomes = [
  'over-issued',
  'lost-update',
  'false-answer',
  'deadlock',
  'no-verdict',
  'right',
] as const satisfies readonly (keyof typeof scheduleOutcomes)[];

/**
 * Every schedule of a strategy: chosen by how it ends, drawn as swim lanes, walked step by step.
 * `parts`: strategy, clients.
 */
export function SchedulesView({
  parts: [name = 'no-lock', amount = '2'],
  state,
  choices,
}: {
  parts: readonly string[];
  state: LiveState;
  choices: Choices | undefined;
}) {
  const text = useText();
  const clients = amount === '3' ? 3 : 2;
  const [refused, setRefused] = useState<string | null>(null);
  const isBusy = state.exploring !== null;
  const kept = useQuery(() => keptSchedules(name, clients), `${name} ${clients} ${isBusy}`);
  const strategy = choices?.strategies.find((one) => one.name === name);
  const isExplorable = strategy?.explorable;
  const start = (): void => {
    setRefused(null);
    explore(name, clients).catch((error: unknown) =>
      setRefused(
        error instanceof LabRefusal && error.kind === 'BUSY' ? text(setup.busy) : String(error),
      ),
    );
  };
  return (
    <section>
      <h1>{text(texts.heading)}</h1>
      <p class="lead">{text(texts.lead)}</p>
      <div class="pick">
        <Pickers name={name} clients={clients} choices={choices} />
        {isExplorable === true && !isBusy && (
          <button type="button" class={kept.value === null ? 'primary' : ''} onClick={start}>
            {text(kept.value === null ? texts.explore : texts.anew)}
          </button>
        )}
        {isBusy && (
          <button type="button" class="stop" onClick={() => void stopAll().catch(() => undefined)}>
            {text(setup.stop)}
          </button>
        )}
      </div>
      <p role="status" class="muted">
        {state.exploring === null
          ? ''
          : `${text(texts.exploring)}: ${state.exploring.strategy} ${state.exploring.saying}`}
      </p>
      <Fault message={refused ?? state.exploreFault ?? kept.fault} />
      {isExplorable === false && <p>{text(texts.notExplorable)}</p>}
      {kept.value === null && isExplorable === true && !isBusy && <p>{text(texts.notYet)}</p>}
      {kept.value !== null && kept.value !== undefined && (
        <Browser key={`${name} ${clients}`} found={kept.value} />
      )}
    </section>
  );
}

/** Chooses the strategy and the number of clients; the address holds both. */
function Pickers({
  name,
  clients,
  choices,
}: {
  name: string;
  clients: number;
  choices: Choices | undefined;
}) {
  const text = useText();
  const goTo = (strategy: string, amount: string): void =>
    void (location.hash = hrefTo('schedules', strategy, amount));
  return (
    <>
      <label>
        {text(texts.strategy)}
        <select
          value={name}
          onChange={({ currentTarget }) => goTo(currentTarget.value, String(clients))}
        >
          {choices?.strategies.map((one) => (
            <option key={one.name}>{one.name}</option>
          ))}
        </select>
      </label>
      <label>
        {text(texts.clients)}
        <select value={clients} onChange={({ currentTarget }) => goTo(name, currentTarget.value)}>
          <option>2</option>
          <option>3</option>
        </select>
      </label>
    </>
  );
}

/** The worst first, and of these the one with the fewest steps. */
const inOrder = (found: ExplorationBody): readonly Schedule[] =>
  [...found.schedules].sort(
    (a, b) =>
      outcomes.indexOf(a.outcome) - outcomes.indexOf(b.outcome) || a.steps.length - b.steps.length,
  );

function Browser({ found }: { found: ExplorationBody }) {
  const text = useText();
  const ordered = inOrder(found);
  const [chosen, setChosen] = useState<string | null>(null);
  const schedule = ordered.find(({ order }) => order === chosen) ?? ordered[0];
  if (schedule === undefined) return null;
  const groups = outcomes.flatMap((outcome) => {
    const own = ordered.filter((one) => one.outcome === outcome);
    return own.length === 0 ? [] : [{ outcome, own }];
  });
  return (
    <>
      <p class="muted">
        {text(texts.found(found.schedules.length, found.database, found.complete))}
      </p>
      <div class="browser">
        <nav class="orders" aria-label={text(texts.list)} tabIndex={0}>
          {groups.map(({ outcome, own }) => (
            <details key={outcome} open={own.includes(schedule)}>
              <summary>
                <span class={`outcome ${outcome}`}>{text(scheduleOutcomes[outcome])}</span>{' '}
                {own.length}
              </summary>
              <ul>
                {own.map(({ order }) => (
                  <li key={order}>
                    <button
                      type="button"
                      class="order"
                      aria-current={order === schedule.order ? 'true' : undefined}
                      onClick={() => setChosen(order)}
                    >
                      {order}
                    </button>
                  </li>
                ))}
              </ul>
            </details>
          ))}
        </nav>
        <Walk key={schedule.order} schedule={schedule} />
      </div>
    </>
  );
}

/**
 * One schedule, a moment at a time: by buttons, or by the arrow keys while these have the focus.
 */
function Walk({ schedule }: { schedule: Schedule }) {
  const text = useText();
  const { language } = useContext(PreferencesContext);
  const all = momentsOf(schedule).length;
  const [shown, setShown] = useState(all);
  const go = (to: number): void => setShown(Math.min(all, Math.max(1, to)));
  const byKey = (event: KeyboardEvent): void => {
    const step =
      event.key === 'ArrowRight' || event.key === 'ArrowDown'
        ? 1
        : event.key === 'ArrowLeft' || event.key === 'ArrowUp'
          ? -1
          : 0;
    if (step === 0) return;
    event.preventDefault();
    go(shown + step);
  };
  return (
    <div class="walk card">
      <div class="steps" role="group" aria-label={text(texts.step(shown, all))} onKeyDown={byKey}>
        <button
          type="button"
          aria-label={text(texts.first)}
          disabled={shown === 1}
          onClick={() => go(1)}
        >
          «
        </button>
        <button type="button" disabled={shown === 1} onClick={() => go(shown - 1)}>
          {text(texts.previous)}
        </button>
        <output aria-live="polite">{text(texts.step(shown, all))}</output>
        <button
          type="button"
          class="primary"
          disabled={shown === all}
          onClick={() => go(shown + 1)}
        >
          {text(texts.next)}
        </button>
        <button
          type="button"
          aria-label={text(texts.last)}
          disabled={shown === all}
          onClick={() => go(all)}
        >
          »
        </button>
      </div>
      <div class="scroll" tabIndex={0} role="region" aria-label={schedule.order}>
        <SwimLanes schedule={schedule} language={language} shown={shown} />
      </div>
    </div>
  );
}
