import type { Choices, RaceState, RaceRequest } from '@coupon/results';
import { useContext, useState } from 'preact/hooks';
import { Fault } from '../components/fault.js';
import { whole } from '../format.js';
import { messages } from '../messages/catalogue.js';
import { PreferencesContext, useText } from '../preferences.js';
import { LabRefusal, startRace } from './lab.js';

const { setup: texts } = messages;

/** A first race: the broken strategy, and the original's own repair. */
const pair: readonly string[] = ['no-lock', 'redis-spin-lock'];
/**
 * A run takes this much beside its load: start, login, last answers, check. As the lab estimates.
 */
const OVERHEAD_MS = 5_000;

/** The request that leads to `race`; that of a first race where there was none. */
const requestOf = (race: RaceState | null): RaceRequest => {
  const runs = race?.runs ?? [];
  const strategies = [...new Set(runs.map(({ strategy }) => strategy))];
  return {
    strategies: strategies.length > 0 ? strategies : [...pair],
    profile: runs[0]?.profile ?? 'smoke',
    repeats: Math.max(1, ...runs.map(({ repeat }) => repeat)),
    instances: runs[0]?.instances ?? 1,
  };
};

/**
 * Chooses a race and starts it. `preselected`: the strategy whose page the reader came from;
 * `last`: the race before, whose choices stay.
 */
export function Setup({
  choices,
  preselected,
  last,
}: {
  choices: Choices;
  preselected: string | undefined;
  last: RaceState | null;
}) {
  const text = useText();
  const isKnown = (name: string | undefined): name is string =>
    choices.strategies.some((one) => one.name === name);
  const [wanted, setWanted] = useState<RaceRequest>(() => ({
    ...requestOf(last),
    ...(isKnown(preselected) ? { strategies: [preselected] } : {}),
  }));
  const [fault, setFault] = useState<string | null>(null);
  const [isStarting, setIsStarting] = useState(false);
  const change = (part: Partial<RaceRequest>): void => setWanted((was) => ({ ...was, ...part }));
  const start = async (event: Event): Promise<void> => {
    event.preventDefault();
    setIsStarting(true);
    setFault(null);
    await startRace(wanted).catch((error: unknown) =>
      setFault(
        error instanceof LabRefusal && error.kind === 'BUSY'
          ? text(texts.busy)
          : String(error instanceof Error ? error.message : error),
      ),
    );
    setIsStarting(false);
  };
  const form = { choices, wanted, change };
  return (
    <form class="card setup" onSubmit={(event) => void start(event)}>
      <h2>{text(texts.heading)}</h2>
      <StrategyChoice {...form} />
      <ProfileChoice {...form} />
      <div class="numbers">
        <Count
          label={text(texts.instances)}
          value={wanted.instances}
          max={4}
          onChange={(instances) => change({ instances })}
        />
        <Count
          label={text(texts.repeats)}
          value={wanted.repeats}
          max={10}
          onChange={(repeats) => change({ repeats })}
        />
      </div>
      <p class="go">
        <button
          type="submit"
          class="primary"
          disabled={isStarting || wanted.strategies.length === 0}
        >
          {text(isStarting ? texts.starting : texts.start)}
        </button>
        <span class="muted">{text(texts.about(secondsOf(wanted, choices)))}</span>
      </p>
      <Fault message={fault} />
    </form>
  );
}

/** About how long a race takes. */
function secondsOf({ profile, strategies, repeats }: RaceRequest, choices: Choices): number {
  const loadMs = choices.profiles.find(({ name }) => name === profile)?.loadMs ?? 0;
  return Math.round((strategies.length * repeats * (loadMs + OVERHEAD_MS)) / 1_000);
}

interface FormPart {
  readonly choices: Choices;
  readonly wanted: RaceRequest;
  readonly change: (part: Partial<RaceRequest>) => void;
}

function StrategyChoice({ choices: { strategies }, wanted, change }: FormPart) {
  const text = useText();
  const { language } = useContext(PreferencesContext);
  const presets = [
    [texts.pair, pair],
    [texts.all, strategies.map(({ name }) => name)],
    [texts.none, []],
  ] as const;
  /** In the order of the list, whatever the order of the clicks. */
  const toggle = (name: string): void =>
    change({
      strategies: strategies.flatMap((one) =>
        (one.name === name) !== wanted.strategies.includes(one.name) ? [one.name] : [],
      ),
    });
  return (
    <fieldset>
      <legend>{text(texts.strategies)}</legend>
      <p class="presets">
        {presets.map(([label, names]) => (
          <button
            key={label.en}
            type="button"
            class="link"
            onClick={() => change({ strategies: [...names] })}
          >
            {text(label)}
          </button>
        ))}
      </p>
      <div class="chips">
        {strategies.map(({ name, about, guarantees }) => (
          <label key={name} class="chip" title={about[language]}>
            <input
              type="checkbox"
              checked={wanted.strategies.includes(name)}
              onChange={() => toggle(name)}
            />
            <span>{name}</span>
            {guarantees.neverLosesUpdates ? null : <em>{text(texts.breaks)}</em>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function ProfileChoice({ choices, wanted, change }: FormPart) {
  const text = useText();
  return (
    <fieldset>
      <legend>{text(texts.profile)}</legend>
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
            <small>{text(texts.load(whole(usersMax), loadMs / 1_000, whole(totalQuantity)))}</small>
          </label>
        ))}
      </div>
    </fieldset>
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
