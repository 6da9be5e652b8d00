import type { RunState, LiveEvent, LiveState, RaceState } from './console.js';
import type { Tick } from './watch.js';

/** The number of ticks kept for each run; a chart is no wider. */
export const TICKS_KEPT_MAX = 400;

/** The state before any job. */
export const nothingLive: LiveState = { race: null, exploring: null, exploreFault: null };

/** Whether a race has not ended. */
export const isUnderWay = (race: RaceState | null): boolean =>
  race !== null && ['preparing', 'running', 'stopping'].includes(race.phase);

/**
 * Drops every second tick when there are too many, but never the last: the whole run is spanned.
 */
const thinned = (ticks: readonly Tick[]): Tick[] =>
  ticks.length <= TICKS_KEPT_MAX
    ? [...ticks]
    : ticks.filter((_, n) => n % 2 === 0 || n === ticks.length - 1);

const withRun = (state: LiveState, index: number, change: (was: RunState) => RunState): LiveState =>
  withRace(state, (race) => ({
    ...race,
    runs: race.runs.map((was, n) => (n === index ? change(was) : was)),
  }));

const withRace = (state: LiveState, change: (was: RaceState) => RaceState): LiveState =>
  state.race === null ? state : { ...state, race: change(state.race) };

/** The state after an event. The lab and every listening page apply the same events. */
export function applyLive(state: LiveState, event: LiveEvent): LiveState {
  switch (event.kind) {
    case 'live':
      return event.state;
    case 'race':
      return { ...state, race: event.race };
    case 'phase':
      return withRace(state, (race) => ({ ...race, phase: event.phase, fault: event.fault }));
    case 'saying':
      return withRace(state, (race) => ({ ...race, saying: event.text }));
    case 'run':
      return withRun(state, event.index, (was) => ({
        ...was,
        phase: event.phase,
        result: event.result,
      }));
    case 'tick':
      return withRun(state, event.index, (was) => ({
        ...was,
        ticks: thinned([...was.ticks, event.tick]),
      }));
    case 'exploring':
      return { ...state, exploring: event.exploring, exploreFault: event.fault };
  }
}
