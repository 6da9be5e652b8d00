import {
  runEndingOf,
  runNameOf,
  type RacePhase,
  type RunEnding,
  type RunState,
} from '@coupon/results';
import { whole } from '../format.js';
import { messages } from '../messages/catalogue.js';
import { useText } from '../preferences.js';
import type { Text } from '../text.js';
import { stockFiguresAt, type StockFigures } from './stock-figures.js';

const { stock: texts } = messages;

/** More panels than these are shown in two columns, where there is room. */
const ONE_COLUMN_MAX = 3;
/** Reasons of failures that a panel shows. */
const REASONS_MAX = 2;

interface StockPanelsProps {
  readonly states: readonly RunState[];
  readonly phase: RacePhase;
  /** Infinity: the newest figures; otherwise all runs so long after their starts. */
  readonly elapsedMs: number;
}

/** The stock of each run side by side: what `quantity` says, and its gap to the rows. */
export function StockPanels({ states, phase, elapsedMs }: StockPanelsProps) {
  const text = useText();
  return (
    <ol
      class={`stock-panels ${states.length > ONE_COLUMN_MAX ? 'many' : ''}`}
      aria-label={text(texts.heading)}
    >
      {states.map((state, n) => (
        <StockPanel key={n} state={state} phase={phase} elapsedMs={elapsedMs} />
      ))}
    </ol>
  );
}

function statusOf(state: RunState, phase: RacePhase, ending: RunEnding | null): Text {
  if (ending !== null) return messages.endings[ending];
  if (state.phase === 'running' && phase === 'running')
    return state.ticks.length === 0 ? texts.preparing : texts.running;
  return phase === 'running' || phase === 'preparing' ? texts.waiting : texts.unfinished;
}

function StockPanel({
  state,
  phase,
  elapsedMs,
}: Omit<StockPanelsProps, 'states'> & { readonly state: RunState }) {
  const text = useText();
  const figures = stockFiguresAt(state, elapsedMs);
  const { remaining, expectedRemaining, lostUpdates } = figures;
  const ending = state.result === null ? null : runEndingOf(state.result);
  const isRunning = state.phase === 'running' && phase === 'running';
  return (
    <li
      class={`stock-panel ${state.phase} ${ending ?? ''} ${lostUpdates === 0 ? '' : 'inexact'}`}
      data-strategy={state.strategy}
      data-remaining={remaining}
      data-requests={figures.requests}
    >
      <div class="run">
        <h3>{runNameOf(state)}</h3>
        <span class={`status ${ending ?? (isRunning ? 'running' : 'idle')}`}>
          {text(statusOf(state, phase, ending))}
        </span>
      </div>
      <div class="counter">
        <output class="big">{whole(remaining)}</output>
        <span class="muted">{text(texts.remaining)}</span>
      </div>
      <StockBar figures={figures} />
      <p class="gap-text">
        {lostUpdates === 0
          ? '\u00a0'
          : text(texts.gap(whole(lostUpdates), whole(expectedRemaining)))}
      </p>
      <Counters figures={figures} />
    </li>
  );
}

const shareIn = (part: number, total: number): number =>
  Math.min(100, Math.max(0, total === 0 ? 0 : (100 * part) / total));

/** The stock as a bar, with the gap between what is and what is expected. */
function StockBar({ figures: { total, remaining, expectedRemaining } }: { figures: StockFigures }) {
  const text = useText();
  const low = shareIn(Math.min(remaining, expectedRemaining), total);
  const high = shareIn(Math.max(remaining, expectedRemaining), total);
  return (
    <div
      class="stock-bar"
      role="img"
      aria-label={`${text(texts.heading)}: ${whole(remaining)} / ${whole(total)}`}
    >
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <rect class="all" width="100" height="10" />
        <rect class="remaining" width={low} height="10" />
        <rect class="gap" x={low} width={high - low} height="10" />
      </svg>
    </div>
  );
}

function Counters({
  figures: { granted, requests, ratePerS, reasons },
}: {
  figures: StockFigures;
}) {
  const text = useText();
  const counters: readonly (readonly [string, number])[] = [
    [text(texts.granted), granted],
    [text(texts.requests), requests],
    [text(texts.rate), ratePerS],
    ...reasons.slice(0, REASONS_MAX),
  ];
  return (
    <dl class="counters">
      {counters.map(([label, count]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{whole(count)}</dd>
        </div>
      ))}
    </dl>
  );
}
