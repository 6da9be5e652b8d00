import { always, whereRedis, type Fault } from '../fault.js';

const HOUR_S = 3_600;
/** libfaketime notices a new time within a second. */
const HOLD_MS = 5_000;

const steps = (clockOf: 'api' | 'redis', of: string, applies: Fault['applies']): readonly Fault[] =>
  ([-HOUR_S, HOUR_S] as const).map((offsetS) => ({
    name: `${clockOf}-clock-${offsetS < 0 ? 'back' : 'ahead'}`,
    title:
      `the wall clock of ${of} is set ${offsetS < 0 ? 'back' : 'ahead'} ` +
      'by an hour, and right again',
    kind: 'clock',
    holdMs: HOLD_MS,
    needs: { clockOf, clocksDiffer: true },
    applies,
    inject({ clock }) {
      if (clock === null) throw new Error('this cell has no clock that can be set');
      clock.set(offsetS);
      return () => clock.set(0);
    },
  }));

/** Wall clocks that are set while their process runs. */
export const clockFaults: readonly Fault[] = [
  ...steps('api', 'one API process', always),
  ...steps('redis', 'Redis', whereRedis),
];
