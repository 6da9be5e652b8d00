import { always, whereWorker, type Fault } from '../fault.js';
import type { Instance } from '../instance.js';
import type { Rig } from '../rig.js';

const SHORT_MS = 3_000;
const LONG_MS = 15_000;

/** The process that a fault strikes. */
interface Struck {
  readonly name: string;
  readonly title: string;
  readonly of: (rig: Rig) => Instance;
  readonly common: Pick<Fault, 'kind' | 'applies' | 'needs'>;
}

const api: Struck = {
  name: 'api',
  title: 'one of the two API processes',
  of: ({ apis: [first] }) => {
    if (first === undefined) throw new Error('a cell has API processes');
    return first.process;
  },
  common: { kind: 'api-away', applies: always },
};

const worker: Struck = {
  name: 'worker',
  title: 'the only write-behind worker',
  of: (rig) => {
    if (rig.worker === null) throw new Error('this cell has no worker');
    return rig.worker;
  },
  common: { kind: 'worker-away', applies: whereWorker, needs: { workerApart: true } },
};

const killed = ({ name, title, of, common }: Struck): Fault => ({
  name: `${name}-killed`,
  title: `${title} is killed (SIGKILL) and started again`,
  holdMs: SHORT_MS,
  ...common,
  async inject(rig) {
    const process = of(rig);
    await process.kill();
    return () => process.restart();
  },
});

const stoppedFor = ({ name, title, of, common }: Struck, holdMs: number): Fault => ({
  name: `${name}-stopped-${holdMs / 1_000}s`,
  title: `${title} stands still for ${holdMs / 1_000} s (SIGSTOP)`,
  holdMs,
  ...common,
  inject(rig) {
    const process = of(rig);
    process.pause();
    return () => process.resume();
  },
});

/** Faults of the service's own processes. */
export const processFaults: readonly Fault[] = [api, worker].flatMap((struck) => [
  killed(struck),
  stoppedFor(struck, SHORT_MS),
  stoppedFor(struck, LONG_MS),
]);
