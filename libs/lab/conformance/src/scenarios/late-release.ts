import { answeredOrBlocked, OVERTAKE_MS, reaches } from '../attack-steps.js';
import type { Breach } from '../breach.js';
import { recorderFor } from '../claim-recorder.js';
import type { FaultScenario } from '../fault-scenario.js';
import { recordSteps } from '../record-steps.js';

/** How long the third process may take to get into the database, where it must not. */
const THIRD_MS = 1_500;

/** Damage comes from what the late process released, for it writes nothing. */
const blameRelease = (breach: Breach): Breach =>
  ['no-coupon-too-many', 'no-lost-update', 'numbered-once-each'].includes(breach.invariant)
    ? { ...breach, invariant: 'late-release-is-harmless' }
    : breach;

/**
 * A process that was stopped past its lease resumes, cannot go on, and cleans up while another
 * process works under the lock. A third one must not get in.
 */
export const lateRelease: FaultScenario = {
  name: 'late-release',
  title:
    'a process resumes after its lease and cleans up while another holds the lock; a third one asks',
  scope: 'processes',
  async run(harness) {
    await using holder = await harness.open();
    await using third = await harness.open();
    const [worker] = await harness.workers(1);
    const steps = await recordSteps(harness, holder);
    const point = steps.filter(({ channel }) => channel === 'mysql')[1];
    if (worker === undefined || point === undefined) return [];
    const warm = await recorderFor(harness, 2);
    await warm.burst([worker, third], 2);
    const recorder = await recorderFor(harness, 3);
    const breakpoint = worker.proxies.mysql.holdAt(point);
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
    breakpoint.cut();
    worker.resume();
    await late;
    const beside = recorder.claim(third, { waitMs: OVERTAKE_MS });
    if (isInside) await answeredOrBlocked(beside, third, THIRD_MS);
    commit.release();
    await Promise.all([overtaking, beside]);
    const breaches = await recorder.drainStock(third);
    return [...breaches, ...(await recorder.settle())].map(blameRelease);
  },
};
