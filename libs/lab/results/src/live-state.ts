import type { RunState, LiveEvent, LiveState, RaceState } from './console.js';
import type { Tick } from './watch.js';

/** As many ticks of a heat are kept; a chart is no wider. */
export const TICKS_KEPT_MAX = 400;

/** Nothing has run yet. */
export const nothingLive: LiveState = { race: null, exploring: null, exploreFault: null };

/** Whether a race has not come to its end. */
export const isUnderWay = (race: RaceState | null): boolean =>
  race !== null && ['preparing', 'running', 'stopping'].includes(race.phase);

/**
 * Every second tick goes when there are too many, but never the last: what remains still spans the
 * whole run.
 */
const thinned = (ticks: readonly Tick[]): Tick[] =>
  ticks.length <= TICKS_KEPT_MAX
    ? [...ticks]
    : ticks.filter((_, n) => n % 2 === 0 || n === ticks.length - 1);

const withRun = (state: LiveState, heat: number, change: (was: RunState) => RunState): LiveState =>
  withRace(state, (race) => ({
    ...race,
    heats: race.heats.map((was, n) => (n === heat ? change(was) : was)),
  }));

const withRace = (state: LiveState, change: (was: RaceState) => RaceState): LiveState =>
  state.race === null ? state : { ...state, race: change(state.race) };

/**
 * What is so after an event. Pure; the lab and every page that listens come to the same state by
 * the same events.
 */
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
    case 'heat':
      return withRun(state, event.heat, (was) => ({ ...was, phase: event.phase, run: event.run }));
    case 'tick':
      return withRun(state, event.heat, (was) => ({
        ...was,
        ticks: thinned([...was.ticks, event.tick]),
      }));
    case 'exploring':
      return { ...state, exploring: event.exploring, exploreFault: event.fault };
  }
}
