import type { Choices, RaceState, RaceRequest } from '@coupon/results';
import { useContext, useState } from 'preact/hooks';
import { formatFor } from './format.js';
import { LabRefusal, startRace } from './lab.js';
import { PreferencesContext, useWords } from './preferences.js';

/** The newcomer's race: broken, and the original's own repair. */
const pair: readonly string[] = ['no-lock', 'redis-spin-lock'];
/** What a heat takes beside its load: start, login, last answers, audit. As the lab reckons. */
const AROUND_MS = 5_000;

/** What a race was chosen by; the newcomer's choices where there was none. */
const choicesIn = (race: RaceState | null): RaceRequest => {
  const heats = race?.heats ?? [];
  const strategies = [...new Set(heats.map(({ strategy }) => strategy))];
  return {
    strategies: strategies.length > 0 ? strategies : [...pair],
    profile: heats[0]?.profile ?? 'smoke',
    repeats: Math.max(1, ...heats.map(({ repeat }) => repeat)),
    instances: heats[0]?.instances ?? 1,
  };
};

/**
 * Chooses a race and starts it. `wished`: a strategy that the reader came from; `last`: the race
 * before, whose choices stay.
 */
export function Setup({
  choices,
  wished,
  last,
}: {
  choices: Choices;
  wished: string | undefined;
  last: RaceState | null;
}) {
  const { setup: say, locale } = useWords();
  const { whole } = formatFor(locale);
  const { language } = useContext(PreferencesContext);
  const known = (name: string | undefined): name is string =>
    choices.strategies.some((one) => one.name === name);
  const [wanted, setWanted] = useState<RaceRequest>(() => ({
    ...choicesIn(last),
    ...(known(wished) ? { strategies: [wished] } : {}),
  }));
  const [fault, setFault] = useState<string | null>(null);
  const [starting, setStarting] = useState(false);
  const change = (part: Partial<RaceRequest>): void => setWanted((was) => ({ ...was, ...part }));
  const toggle = (name: string): void =>
    change({
      strategies: choices.strategies.flatMap((one) =>
        (one.name === name) !== wanted.strategies.includes(one.name) ? [one.name] : [],
      ),
    });
  const profile = choices.profiles.find(({ name }) => name === wanted.profile);
  const seconds = Math.round(
    (wanted.strategies.length * wanted.repeats * ((profile?.loadMs ?? 0) + AROUND_MS)) / 1_000,
  );
  const start = async (event: Event): Promise<void> => {
    event.preventDefault();
    setStarting(true);
    setFault(null);
    await startRace(wanted).catch((error: unknown) =>
      setFault(
        error instanceof LabRefusal && error.kind === 'BUSY'
          ? say.busy
          : String(error instanceof Error ? error.message : error),
      ),
    );
    setStarting(false);
  };
  return (
    <form class="card setup" onSubmit={(event) => void start(event)}>
      <h2>{say.heading}</h2>
      <fieldset>
        <legend>{say.strategies}</legend>
        <p class="presets">
          <button type="button" class="link" onClick={() => change({ strategies: [...pair] })}>
            {say.pair}
          </button>
          <button
            type="button"
            class="link"
            onClick={() => change({ strategies: choices.strategies.map(({ name }) => name) })}
          >
            {say.all}
          </button>
          <button type="button" class="link" onClick={() => change({ strategies: [] })}>
            {say.none}
          </button>
        </p>
        <div class="chips">
          {choices.strategies.map(({ name, about, guarantees }) => (
            <label key={name} class="chip" title={about[language]}>
              <input
                type="checkbox"
                checked={wanted.strategies.includes(name)}
                onChange={() => toggle(name)}
              />
              <span>{name}</span>
              {guarantees.neverLosesUpdates ? null : <em>{say.breaks}</em>}
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>{say.profile}</legend>
        <div class="loads">
          {choices.profiles.map(({ name, usersMax, loadMs, totalQuantity }) => (
            <label key={name} class="load">
              <input
                type="radio"
                name="profile"
                checked={wanted.profile === name}
                onChange={() => change({ profile: name })}
              />
              <b>{name}</b>
              <small>{say.loadOf(whole(usersMax), loadMs / 1_000, whole(totalQuantity))}</small>
            </label>
          ))}
        </div>
      </fieldset>
      <div class="numbers">
        <Count
          label={say.instances}
          value={wanted.instances}
          max={4}
          onChange={(instances) => change({ instances })}
        />
        <Count
          label={say.repeats}
          value={wanted.repeats}
          max={10}
          onChange={(repeats) => change({ repeats })}
        />
      </div>
      <p class="go">
        <button type="submit" class="primary" disabled={starting || wanted.strategies.length === 0}>
          {starting ? say.starting : say.start}
        </button>
        <span class="muted">{say.about(seconds)}</span>
      </p>
      {fault === null ? null : (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
    </form>
  );
}

function Count({
  label,
  value,
  max,
  onChange,
}: {
  label: string;
  value: number;
  max: number;
  onChange: (value: number) => void;
}) {
  return (
    <label class="count">
      {label}
      <select value={value} onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}>
        {Array.from({ length: max }, (_, n) => (
          <option key={n} value={n + 1}>
            {n + 1}
          </option>
        ))}
      </select>
    </label>
  );
}
