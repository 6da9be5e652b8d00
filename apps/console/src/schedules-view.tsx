import type { Choices, ExplorationBody, LiveState } from '@coupon/results';
import { drawSwimlanes, momentsOf } from '@coupon/swimlanes';
import { useContext, useState } from 'preact/hooks';
import { useQuery } from './queries.js';
import { explore, keptSchedules, LabRefusal, stopAll } from './lab.js';
import { PreferencesContext, useWords } from './preferences.js';
import { hrefTo } from './route.js';

const outcomes = [
  'over-issued',
  'lost-update',
  'false-answer',
  'deadlock',
  'no-verdict',
  'right',
] as const;
type Schedule = ExplorationBody['schedules'][number];

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
  const { schedules: say, setup } = useWords();
  const clients = amount === '3' ? 3 : 2;
  const [refused, setRefused] = useState<string | null>(null);
  const busy = state.exploring !== null;
  const kept = useQuery(() => keptSchedules(name, clients), `${name} ${clients} ${busy}`);
  const strategy = choices?.strategies.find((one) => one.name === name);
  const start = (): void => {
    setRefused(null);
    explore(name, clients).catch((error: unknown) =>
      setRefused(error instanceof LabRefusal && error.kind === 'BUSY' ? setup.busy : String(error)),
    );
  };
  const fault = refused ?? state.exploreFault ?? kept.fault;
  return (
    <section>
      <h1>{say.heading}</h1>
      <p class="lead">{say.lead}</p>
      <div class="pick">
        <label>
          {say.strategy}
          <select
            value={name}
            onChange={({ currentTarget }) =>
              void (location.hash = hrefTo('schedules', currentTarget.value, String(clients)))
            }
          >
            {choices?.strategies.map((one) => (
              <option key={one.name}>{one.name}</option>
            ))}
          </select>
        </label>
        <label>
          {say.clients}
          <select
            value={clients}
            onChange={({ currentTarget }) =>
              void (location.hash = hrefTo('schedules', name, currentTarget.value))
            }
          >
            <option>2</option>
            <option>3</option>
          </select>
        </label>
        {strategy?.explorable === true && !busy && (
          <button type="button" class={kept.value === null ? 'primary' : ''} onClick={start}>
            {kept.value === null ? say.explore : say.anew}
          </button>
        )}
        {busy && (
          <button type="button" class="stop" onClick={() => void stopAll().catch(() => undefined)}>
            {setup.stop}
          </button>
        )}
      </div>
      <p role="status" class="muted">
        {state.exploring === null
          ? ''
          : `${say.exploring}: ${state.exploring.strategy} ${state.exploring.saying}`}
      </p>
      {fault === null ? null : (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      {strategy?.explorable === false && <p>{say.notExplorable}</p>}
      {kept.value === null && strategy?.explorable === true && !busy && <p>{say.notYet}</p>}
      {kept.value !== null && kept.value !== undefined && (
        <Browser key={`${name} ${clients}`} found={kept.value} />
      )}
    </section>
  );
}

/**
 * The worst first, then the one with the fewest steps: what a reader should see before all others.
 */
const inOrder = (found: ExplorationBody): readonly Schedule[] =>
  [...found.schedules].sort(
    (a, b) =>
      outcomes.indexOf(a.outcome) - outcomes.indexOf(b.outcome) || a.steps.length - b.steps.length,
  );

function Browser({ found }: { found: ExplorationBody }) {
  const { schedules: say } = useWords();
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
      <p class="muted">{say.found(found.schedules.length, found.database, found.complete)}</p>
      <div class="browser">
        <nav class="orders" aria-label={say.list} tabIndex={0}>
          {groups.map(({ outcome, own }) => (
            <details key={outcome} open={own.includes(schedule)}>
              <summary>
                <span class={`outcome ${outcome}`}>{say.outcome[outcome]}</span> {own.length}
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
  const { schedules: say } = useWords();
  const { language } = useContext(PreferencesContext);
  const all = momentsOf(schedule, language).length;
  const [moments, setMoments] = useState(all);
  const go = (to: number): void => setMoments(Math.min(all, Math.max(1, to)));
  const byKey = (event: KeyboardEvent): void => {
    const step =
      event.key === 'ArrowRight' || event.key === 'ArrowDown'
        ? 1
        : event.key === 'ArrowLeft' || event.key === 'ArrowUp'
          ? -1
          : 0;
    if (step === 0) return;
    event.preventDefault();
    go(moments + step);
  };
  return (
    <div class="walk card">
      <div class="steps" role="group" aria-label={say.step(moments, all)} onKeyDown={byKey}>
        <button type="button" aria-label={say.first} disabled={moments === 1} onClick={() => go(1)}>
          «
        </button>
        <button type="button" disabled={moments === 1} onClick={() => go(moments - 1)}>
          {say.previous}
        </button>
        <output aria-live="polite">{say.step(moments, all)}</output>
        <button
          type="button"
          class="primary"
          disabled={moments === all}
          onClick={() => go(moments + 1)}
        >
          {say.next}
        </button>
        <button
          type="button"
          aria-label={say.last}
          disabled={moments === all}
          onClick={() => go(all)}
        >
          »
        </button>
      </div>
      {/* The drawing escapes all text that it is given. */}
      <div
        class="scroll"
        tabIndex={0}
        role="region"
        aria-label={schedule.order}
        dangerouslySetInnerHTML={{ __html: drawSwimlanes(schedule, { language, moments }) }}
      />
    </div>
  );
}
