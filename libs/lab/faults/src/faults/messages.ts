import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultProxy } from '@coupon/conformance';
import { ServiceError } from '@coupon/services';
import { always, whereRedis, type Fault } from '../fault.js';
import type { Path } from '../instance.js';
import type { Rig } from '../rig.js';

/** Longer than a lease of 5 s, which is the default of every lock in Redis. */
const LATE_MS = 6_500;
const HOLD_MS = 3_000;
/** From a lost reply to the next one. */
const PAUSE_MS = 250;
/** How long a cell waits for a message of the kind that is to be struck. */
const CAUGHT_WITHIN_MS = 5_000;

/** The kit's proxies of each API process. */
function pathsOf({ apis }: Rig): readonly Path<FaultProxy>[] {
  return apis.map(({ proxies }) => {
    if (proxies === null) throw new Error('this fault needs the kit’s proxies');
    return proxies;
  });
}

const lateCommit: Fault = {
  name: 'late-commit',
  title: 'one COMMIT of each API process reaches the database 6.5 s late, after any lease',
  kind: 'network',
  holdMs: LATE_MS,
  needs: { path: 'messages' },
  applies: always,
  async inject(rig) {
    const held = pathsOf(rig).map(({ mysql }) =>
      mysql.holdAt({ label: 'COMMIT', occurrence: 1, side: 'before' }),
    );
    const release = (): void => held.forEach((one) => one.release());
    // A worker of redis-counter commits in one process only.
    const isCaught = await Promise.race([
      Promise.any(held.map(({ caught }) => caught)).then(() => true),
      sleep(CAUGHT_WITHIN_MS, false, { ref: false }),
    ]);
    if (isCaught) return release;
    release();
    throw new ServiceError('no COMMIT was sent that could have been held');
  },
};

/** Loses the replies to these messages, with their connections, again and again. */
const lostReplies = (
  channel: keyof Path<FaultProxy>,
  labels: readonly string[],
  fault: Pick<Fault, 'name' | 'title' | 'applies'>,
): Fault => ({
  ...fault,
  kind: 'network',
  holdMs: HOLD_MS,
  needs: { path: 'messages' },
  inject(rig) {
    const end = new AbortController();
    const called = once(end.signal, 'abort');
    let lost = 0;
    const losing = pathsOf(rig).flatMap((path) =>
      labels.map(async (label) => {
        while (!end.signal.aborted) {
          const cut = path[channel].cutAt({ label, occurrence: 1, side: 'after' });
          await Promise.race([cut.done.then(() => (lost += 1)), called]);
          cut.forget();
          await sleep(PAUSE_MS, undefined, { signal: end.signal }).catch(() => undefined);
        }
      }),
    );
    return async () => {
      end.abort();
      await Promise.all(losing);
      if (lost === 0) throw new ServiceError(`no reply to ${labels.join(' or ')} was lost`);
    };
  },
});

/** Faults at one message. */
export const messageFaults: readonly Fault[] = [
  lateCommit,
  lostReplies('mysql', ['COMMIT'], {
    name: 'commit-reply-lost',
    title: 'replies to COMMIT are lost, with their connections, four a second at each API process',
    applies: always,
  }),
  lostReplies('redis', ['EVAL'], {
    name: 'eval-reply-lost',
    title: 'replies to Lua scripts are lost, with their connections, four a second at each process',
    applies: whereRedis,
  }),
];
