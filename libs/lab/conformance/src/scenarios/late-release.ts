import { answeredOrBlocked, OVERTAKE_MS, reaches } from '../attack-steps.js';
import { under, type Breach } from '../breach.js';
import { recorderFor } from '../claim-recorder.js';
import type { ProxiedWorker } from '../clients/proxied-worker.js';
import type { FaultScenario } from '../fault-scenario.js';
import type { Harness } from '../harness.js';
import type { InjectionPoint } from '../proxy/fault-proxy.js';
import { pointName, recordSteps } from '../record-steps.js';

/** How long the third process may take to get into the database, where it must not. */
const THIRD_MS = 1_500;

/** Damage comes from what the late process released, for it writes nothing. */
const blameRelease = (breach: Breach): Breach =>
  ['no-coupon-too-many', 'no-lost-update', 'numbered-once-each'].includes(breach.invariant)
    ? { ...breach, invariant: 'late-release-is-harmless' }
    : breach;

/**
 * A process that was late past its lease goes on while another works under the lock. A third one
 * must not get in.
 */
export const lateRelease: FaultScenario = {
  name: 'late-release',
  title:
    'a process resumes after its lease and cleans up, or its release arrives that late, ' +
    'while another holds the lock; a third one asks',
  scope: 'processes',
  async run(harness) {
    await using observed = await harness.open();
    const steps = await recordSteps(harness, observed);
    const inside = steps.filter(({ channel }) => channel === 'mysql').slice(1, 2);
    const committed = steps.findLastIndex(
      ({ channel, side }) => channel === 'mysql' && side === 'before',
    );
    // What a strategy asks of Redis after its COMMIT is the end of its lock.
    const after = committed === -1 ? [] : steps.slice(committed + 1);
    const points = [...inside, ...after.filter(({ channel }) => channel === 'redis')];
    const workers = await harness.workers(points.length);
    const breaches = await Promise.all(
      points.map(async (point, n) => {
        const worker = workers[n];
        return worker === undefined
          ? []
          : under(`late ${pointName(point)}`, await releaseLate(harness, worker, point));
      }),
    );
    return breaches.flat().map(blameRelease);
  },
};

/**
 * A process that is late in the database is stopped, and loses its connection there. One that is
 * late in Redis has committed: its message arrives.
 */
async function releaseLate(
  harness: Harness,
  worker: ProxiedWorker,
  point: InjectionPoint,
): Promise<readonly Breach[]> {
  await using holder = await harness.open({ env: worker.peerEnv });
  await using third = await harness.open({ env: worker.peerEnv });
  const warm = await recorderFor(harness, 3);
  await warm.burst([worker, holder, third], 3);
  const recorder = await recorderFor(harness, 3);
  const breakpoint = worker.proxies[point.channel].holdAt(point);
  const late = recorder.claim(worker, { waitMs: OVERTAKE_MS });
  if (!(await reaches(harness, late, breakpoint))) return [];
  worker.stop();
  const commit = holder.proxies.mysql.holdAt({ label: 'COMMIT', occurrence: 1, side: 'before' });
  const overtaking = recorder.claim(holder, { waitMs: OVERTAKE_MS });
  const isInside = await Promise.race([
    commit.caught.then(() => true),
    overtaking.then(() => false),
    answeredOrBlocked(overtaking, holder, OVERTAKE_MS).then(() => false),
  ]);
  if (point.channel === 'mysql') breakpoint.cut();
  else breakpoint.release();
  worker.resume();
  await late;
  const beside = recorder.claim(third, { waitMs: OVERTAKE_MS });
  if (isInside) await answeredOrBlocked(beside, third, THIRD_MS);
  commit.release();
  await Promise.all([overtaking, beside]);
  return [...(await recorder.drainStock(third)), ...(await recorder.settle())];
}
