import type { RunState, RacePhase } from '@coupon/results';
import { endingOf, figuresAt, nameOf } from './figures.js';
import { formatFor } from './format.js';
import { useWords } from './preferences.js';

/** More than so many lanes stand in two columns, where there is room. */
const MANY = 3;

/**
 * What is shown of the lanes: as they stand (Infinity), or all at the same time after their starts.
 */
export interface LanesSettings {
  readonly heats: readonly RunState[];
  readonly phase: RacePhase;
  readonly elapsedMs: number;
}

/** The stock counters side by side: what `quantity` says, and where it parts from the rows. */
export function StockPanels({ heats, phase, elapsedMs }: LanesSettings) {
  const { race: say } = useWords();
  return (
    <ol class={`lanes ${heats.length > MANY ? 'many' : ''}`} aria-label={say.stock}>
      {heats.map((heat, n) => (
        <StockPanel key={n} heat={heat} phase={phase} elapsedMs={elapsedMs} />
      ))}
    </ol>
  );
}

const share = (part: number, total: number): number =>
  Math.min(100, Math.max(0, total === 0 ? 0 : (100 * part) / total));

function StockPanel({
  heat,
  phase,
  elapsedMs,
}: {
  heat: RunState;
  phase: RacePhase;
  elapsedMs: number;
}) {
  const { race: say, locale } = useWords();
  const { whole } = formatFor(locale);
  const { total, left, due, lost, granted, requests, reasons, ratePerS } = figuresAt(
    heat,
    elapsedMs,
  );
  const ending = heat.run === null ? null : endingOf(heat.run);
  const isRunning = heat.phase === 'running' && phase === 'running';
  const status =
    ending !== null
      ? say.ending[ending]
      : isRunning
        ? heat.ticks.length === 0
          ? say.preparing
          : say.racing
        : phase === 'running' || phase === 'preparing'
          ? say.waiting
          : say.unfinished;
  const [low, high] = [Math.min(left, due), Math.max(left, due)];
  return (
    <li
      class={`lane ${heat.phase} ${ending ?? ''} ${lost === 0 ? '' : 'torn'}`}
      data-strategy={heat.strategy}
      data-left={left}
      data-requests={requests}
    >
      <div class="who">
        <h3>{nameOf(heat)}</h3>
        <span class={`status ${ending ?? (isRunning ? 'racing' : 'idle')}`}>{status}</span>
      </div>
      <div class="counter">
        <output class="big">{whole(left)}</output>
        <span class="muted">{say.inStock}</span>
      </div>
      <div class="track" role="img" aria-label={`${say.stock}: ${whole(left)} / ${whole(total)}`}>
        <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
          <rect class="all" width="100" height="10" />
          <rect class="left" width={share(low, total)} height="10" />
          <rect class="gap" x={share(low, total)} width={share(high - low, total)} height="10" />
        </svg>
      </div>
      <p class="gap-words">{lost === 0 ? ' ' : say.gap(whole(lost), whole(due))}</p>
      <dl class="small">
        <div>
          <dt>{say.granted}</dt>
          <dd>{whole(granted)}</dd>
        </div>
        <div>
          <dt>{say.requests}</dt>
          <dd>{whole(requests)}</dd>
        </div>
        <div>
          <dt>{say.rate}</dt>
          <dd>{whole(ratePerS)}</dd>
        </div>
        {reasons.slice(0, 2).map(([reason, count]) => (
          <div key={reason}>
            <dt>{reason}</dt>
            <dd>{whole(count)}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
