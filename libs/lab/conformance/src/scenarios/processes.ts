import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaimId, UserId } from '@coupon/domain';
import type { Breach } from '../audit.js';
import type { Harness, ServiceInstance, ProxiedWorker } from '../harness.js';
import { recorderFor, newClaim, type ClaimRecorder } from '../claim-recorder.js';
import type { Answer, RecordedClaim } from '../clients/answer.js';
import type { FaultScenario } from '../fault-scenario.js';
import { pointName, recordSteps } from '../record-steps.js';
import type { InjectionPoint, Breakpoint } from '../proxy/fault-proxy.js';
import { persistently } from './replay.js';

/** A claim comes to its point within this, or does not pass it. */
const REACH_MS = 5_000;
/** A statement unanswered for so long waits for a lock. */
const STUCK_MS = 300;
/** Longer than any lease a strategy has by default. */
const OVERTAKE_MS = 12_000;
/**
 * Longer than the kit's short leases; enough as well for those who have none and would wait in
 * vain.
 */
const OVERTAKE_SHORT_MS = 4_000;
/** Whoever waited for all that after a death is served soon. */
const RECOVERED_MS = 4_000;

const at = (point: InjectionPoint, how: string, breaches: readonly Breach[]): readonly Breach[] =>
  breaches.map(({ law, what }) => ({ law, what: `${how} ${pointName(point)}: ${what}` }));

/** How long after the answer the recording behind it may come to a trap. */
const BEHIND_MS = 1_500;
/** Long enough for a stopped process to be taken for dead, with short leases. */
const TAKEN_FOR_DEAD_MS = 2_500;

/**
 * Whether the claim, or what follows it, walked into the trap; where it passed by another way, the
 * trap is taken away.
 */
async function isCaught(
  bench: Harness,
  trap: Breakpoint,
  claimed: Promise<RecordedClaim>,
): Promise<boolean> {
  const passed = claimed
    .then(() => (isRecordedBehind(bench) ? sleep(BEHIND_MS) : undefined))
    .then(() => false);
  const reached = await Promise.race([
    trap.caught.then(() => true),
    passed,
    sleep(REACH_MS, false, { ref: false }),
  ]); // nobody waits for a lost race
  if (!reached) trap.release();
  return reached;
}

const isRecordedBehind = ({ plugin }: Harness): boolean => !plugin.guarantees.recordedOnReturn;

/** Whether it keeps something in Redis for a time that the kit could not make short. */
const hasLongLease = ({ shortLeases }: Harness, party: ServiceInstance): boolean =>
  party.usedRedis() && !Object.keys(shortLeases).some((name) => name.endsWith('_LEASE_MS'));

/**
 * A second process for the coupons of `worker`. Where grants are recorded behind, it soon takes
 * another one for dead.
 */
const peerOf = (bench: Harness, worker: ProxiedWorker): Promise<ServiceInstance> =>
  bench.open({
    env: { ...(isRecordedBehind(bench) ? bench.shortLeases : {}), ...worker.peerEnv },
  });

/**
 * Until the claim is answered, or a statement of its party waits for somebody else; at most
 * `maxMs`.
 */
async function answeredOrStuck(
  claimed: Promise<RecordedClaim>,
  party: ServiceInstance,
  maxMs: number,
): Promise<void> {
  let answered = false;
  void claimed.then(() => (answered = true));
  for (const untilMs = Date.now() + maxMs; !answered && Date.now() < untilMs; await sleep(20)) {
    if (party.wires.mysql.stuckMs(Date.now()) > STUCK_MS) return;
  }
}

/**
 * All points at once, each with a process, an overtaker and a coupon of its own. An attack tells
 * null where its point was not reached; where most are not, nothing was tried, and that must not
 * count as held: then it rejects.
 */
async function everywhere(
  bench: Harness,
  attack: (point: InjectionPoint, worker: ProxiedWorker) => Promise<readonly Breach[] | null>,
): Promise<readonly Breach[]> {
  const guide = await bench.open();
  const walk = await recordSteps(bench, guide).finally(() => guide[Symbol.asyncDispose]());
  const workers = await bench.workers(walk.length);
  const made = await Promise.all(
    workers.map(async (worker, n) => {
      const point = walk[n];
      if (point === undefined) return null;
      const warm = await recorderFor(bench, 1);
      await warm.claim(worker);
      await warm.settle(); // what is recorded behind is behind us
      return attack(point, worker);
    }),
  );
  const reached = made.filter((breaches) => breaches !== null);
  if (reached.length * 2 < walk.length)
    throw new Error(
      `only ${reached.length} of ${walk.length} steps could be attacked: ${walk.map(pointName).join(', ')}`,
    );
  return reached.flat();
}

/** A process is stopped at each point until another one has overtaken it, and goes on then. */
export const pausedHolder: FaultScenario = {
  name: 'paused-holder',
  title:
    'a process is stopped (SIGSTOP) at each step until another has overtaken it or waits for its row, and then goes on; 1 coupon',
  scope: 'paused',
  racing: 'where damage is due',
  run: (bench) =>
    everywhere(bench, async (point, worker) => {
      const crowd = await recorderFor(bench, 1);
      const trap = worker.wires[point.channel].holdAt(point);
      const stopped = crowd.claim(worker, { waitMs: OVERTAKE_MS });
      if (!(await isCaught(bench, trap, stopped))) return null;
      worker.stop();
      try {
        await using other = await peerOf(bench, worker);
        const overtaking = crowd.claim(other, { waitMs: OVERTAKE_MS });
        await answeredOrStuck(
          overtaking,
          other,
          hasLongLease(bench, other) ? OVERTAKE_MS : OVERTAKE_SHORT_MS,
        );
        if (isRecordedBehind(bench)) await sleep(TAKEN_FOR_DEAD_MS);
        worker.resume();
        trap.release();
        await Promise.all([stopped, overtaking]);
        return at(point, 'stopped', [
          ...(await crowd.drainStock(other)),
          ...(await crowd.settle()),
        ]);
      } finally {
        worker.resume();
        trap.release();
      }
    }),
};

/** A process is killed at each point while another one asks for the same, last coupon. */
export const killedHolder: FaultScenario = {
  name: 'killed-holder',
  title: 'a process is killed (SIGKILL) at each step while another asks for the same last coupon',
  scope: 'processes',
  run: (bench) =>
    everywhere(bench, async (point, worker) => {
      const crowd = await recorderFor(bench, 1);
      const [user = bench.nobody] = bench.users;
      const id = newClaim();
      const trap = worker.wires[point.channel].holdAt(point);
      const held = crowd.claim(worker, { user, id });
      if (!(await isCaught(bench, trap, held))) return null;
      await using other = await peerOf(bench, worker);
      const beside = crowd.claim(other, { waitMs: OVERTAKE_MS });
      await answeredOrStuck(beside, other, 600);
      await worker.kill();
      trap.cut();
      await Promise.all([held, beside]);
      forgiveSilence(crowd, id);
      const breaches = await crowd.drainStock(other, RECOVERED_MS);
      await askAgain(crowd, other, user, id);
      return at(point, 'killed', [...breaches, ...(await crowd.settle())]);
    }),
};

/** The dead process's silence is no fault: nobody was there to answer. */
function forgiveSilence(crowd: ClaimRecorder, id: ClaimId): void {
  for (const [n, one] of crowd.history.entries()) {
    if (one.claim.id !== id || one.answer.kind !== 'unanswered') continue;
    crowd.history[n] = {
      ...one,
      answer: { kind: 'no-verdict', noVerdict: 'indeterminate', message: 'its process was killed' },
    };
  }
}

/**
 * The dead process's client asks somebody else: its answer must be what the rows say, whenever the
 * claim was granted.
 */
async function askAgain(
  crowd: ClaimRecorder,
  other: ServiceInstance,
  user: UserId,
  id: ClaimId,
): Promise<void> {
  const again = await persistently(other, crowd.terms, user, id, RECOVERED_MS);
  if (typeof again === 'string') return;
  const answer: Answer | null =
    again.kind === 'granted'
      ? { kind: 'granted', ordinal: again.ordinal }
      : again.reason === 'SOLD_OUT'
        ? { kind: 'refused', refusal: 'SOLD_OUT' }
        : null;
  if (answer !== null)
    crowd.history.push({ claim: { id, user }, sentAtMs: 0, answeredAtMs: Date.now(), answer });
}

/**
 * A process stopped past its lease comes back, cannot go on, and cleans up, while another one is
 * inside: a third must not get in. The late one writes nothing, so that all damage comes from what
 * it released.
 */
export const lateRelease: FaultScenario = {
  name: 'late-release',
  title:
    'a process comes back after its lease and cleans up while another one is inside; a third one asks',
  scope: 'processes',
  async run(bench) {
    await using inside = await bench.open();
    await using third = await bench.open();
    const [worker] = await bench.workers(1);
    const point = (await recordSteps(bench, inside)).filter(
      ({ channel }) => channel === 'mysql',
    )[1];
    if (worker === undefined || point === undefined) return [];
    const warm = await recorderFor(bench, 2);
    await warm.burst([worker, third], 2);
    const crowd = await recorderFor(bench, 3);
    const trap = worker.wires.mysql.holdAt(point);
    const late = crowd.claim(worker, { waitMs: OVERTAKE_MS });
    if (!(await isCaught(bench, trap, late))) return [];
    worker.stop();
    const commit = inside.wires.mysql.holdAt({ label: 'COMMIT', occurrence: 1, side: 'before' });
    const overtaking = crowd.claim(inside, { waitMs: OVERTAKE_MS });
    const isInside = await Promise.race([
      commit.caught.then(() => true),
      overtaking.then(() => false),
      answeredOrStuck(overtaking, inside, OVERTAKE_MS).then(() => false),
    ]);
    trap.cut();
    worker.resume();
    await late;
    const beside = crowd.claim(third, { waitMs: OVERTAKE_MS });
    if (isInside) await answeredOrStuck(beside, third, 600);
    commit.release();
    await Promise.all([overtaking, beside]);
    const breaches = [...(await crowd.drainStock(third)), ...(await crowd.settle())];
    return breaches.map(({ law, what }) =>
      isDamage(law) ? { law: 'late-release-is-harmless', what } : { law, what },
    );
  },
};

const isDamage = (law: Breach['law']): boolean =>
  ['no-coupon-too-many', 'no-lost-update', 'numbered-once-each'].includes(law);
