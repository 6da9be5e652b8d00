import {
  isUnderWay,
  type Choices,
  type RunState,
  type RaceState,
  type Tick,
} from '@coupon/results';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import { Chart, type Series } from './chart.js';
import { elapsedOf, longestMs, nameOf } from './figures.js';
import { useQuery } from './queries.js';
import { openedRace, stopAll } from './lab.js';
import { StockPanels } from './stock-panels.js';
import type { Live } from './live.js';
import { PreferencesContext, useWords } from './preferences.js';
import { useReplay } from './replay.js';
import { hrefTo } from './route.js';
import { RunsTable, sentenceOf } from './runs-table.js';
import { Setup } from './setup.js';

/** The race that runs or ran last, and what starts the next one. */
export function RaceView({
  live: { state, known },
  choices,
  wished,
}: {
  live: Live;
  choices: Choices | undefined;
  wished: string | undefined;
}) {
  const say = useWords();
  const { race } = state;
  const busy = isUnderWay(race);
  return (
    <div class={`race ${race === null ? 'empty' : ''}`}>
      {race !== null && (
        <div class="stage">
          <Stage race={race} />
        </div>
      )}
      {busy || !known || choices === undefined ? null : (
        <Setup key={race?.id ?? ''} choices={choices} wished={wished} last={race} />
      )}
      {race === null && known && (
        <div class="stage welcome">
          <h1>{say.tagline}</h1>
          <p>{say.race.empty}</p>
        </div>
      )}
    </div>
  );
}

function Stage({ race }: { race: RaceState }) {
  const say = useWords();
  const replay = useReplay(longestMs(race.heats));
  const runs = race.heats.flatMap(({ run }) => (run === null ? [] : [run]));
  const over = !isUnderWay(race);
  return (
    <>
      <RaceBar race={race} replay={replay} />
      {race.fault === null ? null : (
        <pre class="fault" role="alert">
          {race.fault}
        </pre>
      )}
      <StockPanels heats={race.heats} phase={race.phase} elapsedMs={replay.elapsedMs} />
      {runs.length > 0 && over && (
        <section class="card verdicts" aria-live="polite">
          <h2>{say.race.verdicts}</h2>
          <ul class="sentences">
            {runs.map((run, n) => (
              <li key={n} class={run.verdict.holds ? '' : 'bad'}>
                {sentenceOf(run, say)}
              </li>
            ))}
          </ul>
          <RunsTable runs={runs} />
        </section>
      )}
      <Charts heats={race.heats} />
    </>
  );
}

function RaceBar({ race, replay }: { race: RaceState; replay: ReturnType<typeof useReplay> }) {
  const say = useWords();
  const [stopping, setStopping] = useState(false);
  const leftS = useSecondsLeft(race);
  const current = race.heats.findIndex(({ phase }) => phase === 'running');
  const heat = race.heats[current];
  const busy = isUnderWay(race);
  const stop = async (): Promise<void> => {
    setStopping(true);
    // where nothing runs any more, the state says so by itself
    await stopAll().catch(() => undefined);
    setStopping(false);
  };
  return (
    <div class="bar">
      <div>
        {/* Only what it is at is told aloud; the seconds left would be told every second. */}
        <h1 data-phase={race.phase} data-race={race.id} aria-live="polite">
          {say.race.phase[race.phase]}
        </h1>
        <p class="muted">
          {race.phase === 'running' && heat !== undefined
            ? `${say.race.heatOf(current + 1, race.heats.length, nameOf(heat))} · ${say.race.left(leftS)}`
            : null}
          {race.phase === 'preparing' ? <span lang="en">{race.saying}</span> : null}
        </p>
      </div>
      <div class="actions">
        {busy && (
          <button
            type="button"
            class="stop"
            disabled={stopping || race.phase === 'stopping'}
            onClick={() => void stop()}
          >
            {race.phase === 'stopping' ? say.setup.stopping : say.setup.stop}
          </button>
        )}
        {!busy && (
          <button
            type="button"
            class="to-setup"
            onClick={() => document.querySelector('.setup')?.scrollIntoView({ behavior: 'smooth' })}
          >
            {say.setup.again}
          </button>
        )}
        {!busy && race.heats.some(({ ticks }) => ticks.length > 1) && (
          <button type="button" onClick={replay.toggle}>
            {replay.playing
              ? `${say.race.stopReplay} · ${say.race.second((replay.elapsedMs / 1_000).toFixed(1))}`
              : say.race.replay}
          </button>
        )}
        {(race.phase === 'finished' || race.phase === 'stopped') &&
          race.heats.some(({ run }) => run !== null) && <ReportLink id={race.id} />}
      </div>
    </div>
  );
}

/** The report where there is one, else the race's place among the results. */
function ReportLink({ id }: { id: string }) {
  const say = useWords();
  const opened = useQuery(() => openedRace(id), id);
  if (opened.value?.hasReport !== true)
    return (
      <a class="button" href={hrefTo('results', id)}>
        {say.tabs.results}
      </a>
    );
  return (
    <a class="button primary" href={`/results/${id}/report.html`} target="_blank" rel="noopener">
      {say.race.report}
    </a>
  );
}

/** Seconds until the end, about; counted down once a second. */
function useSecondsLeft(race: RaceState): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  const busy = isUnderWay(race);
  useEffect(() => {
    if (!busy) return undefined;
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [busy]);
  return Math.max(1, Math.round((race.startedAtMs + race.expectedMs - nowMs) / 1_000));
}

const seriesOf = (heats: readonly RunState[], figure: (tick: Tick) => number | null): Series[] =>
  heats.flatMap((heat) =>
    heat.ticks.length === 0
      ? []
      : [
          {
            name: nameOf(heat),
            points: heat.ticks.map(
              (tick) => [elapsedOf(heat, tick) / 1_000, figure(tick)] as const,
            ),
          },
        ],
  );

function Charts({ heats }: { heats: readonly RunState[] }) {
  const {
    race: { charts },
  } = useWords();
  const theme = useContext(PreferencesContext).isDark ? 'dark' : 'light';
  const lines = useMemo(() => {
    const lostAt =
      (heat: RunState) =>
      ({ quantity, rows }: Tick): number | null =>
        quantity === null || rows === null ? null : quantity - (heat.totalQuantity - rows);
    return {
      granted: seriesOf(heats, ({ rows }) => rows),
      lost: heats.flatMap((heat) => seriesOf([heat], lostAt(heat))),
      rate: seriesOf(heats, ({ ratePerS }) => ratePerS),
      latency: seriesOf(heats, ({ latencyMs }) => latencyMs?.p95 ?? null),
    };
  }, [heats]);
  if (lines.granted.length === 0) return null;
  return (
    <div class="charts">
      {(['granted', 'lost', 'rate', 'latency'] as const).map((name) => (
        <Chart key={name} title={charts[name]} series={lines[name]} theme={theme} />
      ))}
    </div>
  );
}
