import { isUnderWay, runNameOf, type Choices, type RaceState } from '@coupon/results';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { ChartKeys, ChartPanel } from '../charts/chart-panel.js';
import { raceChartsOf } from '../charts/race-charts.js';
import { Fault } from '../components/fault.js';
import { RunsTable } from '../components/runs-table.js';
import { messages } from '../messages/catalogue.js';
import { useText } from '../preferences.js';
import { openedRace, stopAll } from './lab.js';
import type { Live } from './live.js';
import { useQuery } from './queries.js';
import { useReplay, type Replay } from './replay.js';
import { hrefTo } from './route.js';
import { Setup } from './setup.js';
import { longestMs } from './stock-figures.js';
import { StockPanels } from './stock-panels.js';

const { race: texts, setup } = messages;

/**
 * The race that runs or ran last, and the form that starts the next one. `preselected`: the
 * strategy whose page the reader came from.
 */
export function RaceView({
  live: { state, isKnown },
  choices,
  preselected,
}: {
  live: Live;
  choices: Choices | undefined;
  preselected: string | undefined;
}) {
  const text = useText();
  const { race } = state;
  return (
    <div class={`race ${race === null ? 'empty' : ''}`}>
      {race !== null && (
        <div class="stage">
          <Stage race={race} />
        </div>
      )}
      {isUnderWay(race) || !isKnown || choices === undefined ? null : (
        <Setup key={race?.id ?? ''} choices={choices} preselected={preselected} last={race} />
      )}
      {race === null && isKnown && (
        <div class="stage welcome">
          <h1>{text(messages.page.tagline)}</h1>
          <p>{text(texts.empty)}</p>
        </div>
      )}
    </div>
  );
}

function Stage({ race }: { race: RaceState }) {
  const text = useText();
  const replay = useReplay(longestMs(race.runs));
  const runs = race.runs.flatMap(({ result }) => (result === null ? [] : [result]));
  const panels = useMemo(() => raceChartsOf(race.runs), [race.runs]);
  return (
    <>
      <RaceBar race={race} replay={replay} />
      <Fault message={race.fault} />
      <StockPanels states={race.runs} phase={race.phase} elapsedMs={replay.elapsedMs} />
      {runs.length > 0 && !isUnderWay(race) && (
        <section class="card verdicts" aria-live="polite">
          <h2>{text(texts.verdicts)}</h2>
          <RunsTable runs={runs} />
        </section>
      )}
      {panels.length > 0 && (
        <>
          <div class="chart-panels">
            {panels.map((panel) => (
              <ChartPanel key={panel.chart.id} {...panel} group="race" isLive />
            ))}
          </div>
          <ChartKeys />
        </>
      )}
    </>
  );
}

function RaceBar({ race, replay }: { race: RaceState; replay: Replay }) {
  const text = useText();
  const secondsLeft = useSecondsLeft(race);
  const current = race.runs.findIndex(({ phase }) => phase === 'running');
  const run = race.runs[current];
  return (
    <div class="bar">
      <div>
        {/* Only the phase is announced; the seconds left would be announced every second. */}
        <h1 data-phase={race.phase} data-race={race.id} aria-live="polite">
          {text(texts.phase[race.phase])}
        </h1>
        <p class="muted">
          {race.phase === 'running' && run !== undefined
            ? `${text(texts.runOf(current + 1, race.runs.length, runNameOf(run)))} · ` +
              text(texts.secondsLeft(secondsLeft))
            : null}
          {race.phase === 'preparing' ? <span lang="en">{race.saying}</span> : null}
        </p>
      </div>
      <div class="actions">
        {isUnderWay(race) ? <StopButton race={race} /> : <AfterRace race={race} replay={replay} />}
      </div>
    </div>
  );
}

function StopButton({ race }: { race: RaceState }) {
  const text = useText();
  const [isAsked, setIsAsked] = useState(false);
  const isStopping = race.phase === 'stopping';
  const stop = async (): Promise<void> => {
    setIsAsked(true);
    // where nothing runs any more, the live state says so by itself
    await stopAll().catch(() => undefined);
    setIsAsked(false);
  };
  return (
    <button type="button" class="stop" disabled={isAsked || isStopping} onClick={() => void stop()}>
      {text(isStopping ? setup.stopping : setup.stop)}
    </button>
  );
}

/** What can be done with a race that has ended. */
function AfterRace({ race, replay }: { race: RaceState; replay: Replay }) {
  const text = useText();
  const seconds = (replay.elapsedMs / 1_000).toFixed(1);
  return (
    <>
      <button
        type="button"
        class="to-setup"
        onClick={() => document.querySelector('.setup')?.scrollIntoView({ behavior: 'smooth' })}
      >
        {text(setup.again)}
      </button>
      {race.runs.some(({ ticks }) => ticks.length > 1) && (
        <button type="button" onClick={replay.toggle}>
          {replay.isPlaying
            ? `${text(texts.stopReplay)} · ${text(texts.seconds(seconds))}`
            : text(texts.replay)}
        </button>
      )}
      {race.phase !== 'failed' && race.runs.some(({ result }) => result !== null) && (
        <ReportLink id={race.id} />
      )}
    </>
  );
}

/** The report where there is one, else the race's place among the results. */
function ReportLink({ id }: { id: string }) {
  const text = useText();
  const opened = useQuery(() => openedRace(id), id);
  if (opened.value?.hasReport !== true)
    return (
      <a class="button" href={hrefTo('results', id)}>
        {text(messages.page.tabs.results)}
      </a>
    );
  return (
    <a class="button primary" href={`/results/${id}/report.html`} target="_blank" rel="noopener">
      {text(texts.report)}
    </a>
  );
}

/** About how many seconds are left; counted down once a second. */
function useSecondsLeft(race: RaceState): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  const isBusy = isUnderWay(race);
  useEffect(() => {
    if (!isBusy) return undefined;
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isBusy]);
  return Math.max(1, Math.round((race.startedAtMs + race.expectedMs - nowMs) / 1_000));
}
