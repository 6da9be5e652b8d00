import { setTimeout as sleep } from 'node:timers/promises';
import { answeredOrBlocked, OVERTAKE_MS } from '../attack-steps.js';
import { under, type Breach } from '../breach.js';
import { recorderFor } from '../claim-recorder.js';
import type { FaultScenario } from '../fault-scenario.js';
import { beginHandover, recordHandover, type HandoverSteps } from '../hand-over.js';
import type { Harness } from '../harness.js';
import type { Breakpoint, InjectionPoint } from '../proxy/fault-proxy.js';
import { pointName } from '../record-steps.js';

/** Of the second claim's transaction there is time left when the first one's lease ends. */
const LEASE = { leaseMs: 2_500, transactionMaxMs: 2_400 } as const;
/** Of the other process, which may be in its COMMIT for as long as the second claim goes on. */
const TRANSACTION_MAX_MS = 4_000;
/** How long the first claim is in its COMMIT: then most of its lease is over. */
const HELD_MS = 2_000;
/** The same where the handover is recorded, with short leases. */
const RECORDED_HELD_MS = 400;
/** How late an answer is, where it is. */
const ANSWER_LATE_MS = 1_900;
/** How long a claim waits for an answer of Redis that is late, or lost. */
const COMMAND_MS = { late: '4000', lost: '500' } as const;
/** How long another process may take to get in: a lease and more. */
const OVERTAKEN_MS = 3_500;
/** How long the second claim may take to go on, where it must not. */
const GOES_ON_MS = 1_000;
const REACH_MS = 3_000;

/** What is done to a message by which a lock passes from one claim to the next. */
const faults = ['late', 'answered late', 'lost', 'answer lost'] as const;
type Fault = (typeof faults)[number];

/**
 * A claim hands the lock on to the next one of its process, and what it says to Redis is late or
 * lost. By the time at which the next one goes on, another process has the lock.
 */
export const lateHandover: FaultScenario = {
  name: 'late-handover',
  title:
    'a lock passes from a claim to the next one of its process, and the message to Redis, or its answer, is late or lost; meanwhile another process goes in',
  scope: 'processes',
  mostlyWaits: true,
  async run(harness) {
    const steps = await recordHandover(harness, harness.shortLeases, RECORDED_HELD_MS);
    const breaches = await Promise.all(
      steps.redis.flatMap((point) =>
        faults.map(async (fault) =>
          under(`${fault}: ${pointName(point)}`, await handOverLate(harness, point, fault, steps)),
        ),
      ),
    );
    return breaches.flat();
  },
};

const isLost = (fault: Fault): boolean => fault === 'lost' || fault === 'answer lost';
const isAnswerHit = (fault: Fault): boolean => fault === 'answered late' || fault === 'answer lost';

/** Resolves with whether the breakpoint is reached by then. */
const isCaught = (breakpoint: Breakpoint, byMs: number): Promise<boolean> =>
  Promise.race([breakpoint.caught.then(() => true), sleep(byMs, false, { ref: false })]);

async function handOverLate(
  harness: Harness,
  point: InjectionPoint,
  fault: Fault,
  { entry }: HandoverSteps,
): Promise<readonly Breach[]> {
  await using one = await harness.open({
    env: {
      ...harness.leases(LEASE),
      REDIS_COMMAND_MS: isLost(fault) ? COMMAND_MS.lost : COMMAND_MS.late,
    },
  });
  await using other = await harness.open({ env: harness.lastingLeases(TRANSACTION_MAX_MS) });
  const warm = await recorderFor(harness, 4);
  await warm.burst([one, other], 4);
  const recorder = await recorderFor(harness, 2);
  const handover = await beginHandover(recorder, one, { others: 1, heldMs: HELD_MS });
  if (handover === null) return [];
  const hit = one.proxies.redis.holdAt({ ...point, side: isAnswerHit(fault) ? 'after' : 'before' });
  // Beyond a late message the second claim is let go on at once; else once the other one is in.
  const inside = fault === 'late' ? null : one.proxies.mysql.holdAt(entry);
  handover.goOn();
  if (await isCaught(hit, REACH_MS)) {
    if (fault === 'answered late') await sleep(ANSWER_LATE_MS);
    if (fault === 'answered late') hit.release();
    else if (isLost(fault)) hit.cut();
  } else hit.release();
  const commit = other.proxies.mysql.holdAt({ label: 'COMMIT', occurrence: 1, side: 'before' });
  const overtaking = recorder.claim(other, { waitMs: OVERTAKE_MS });
  await Promise.race([commit.caught, overtaking, sleep(OVERTAKEN_MS, null, { ref: false })]);
  if (fault === 'late') hit.release();
  inside?.release();
  for (const second of handover.others) await answeredOrBlocked(second, one, GOES_ON_MS);
  commit.release();
  const [first] = await Promise.all([handover.first, overtaking, ...handover.others]);
  // A machine this busy let the first COMMIT outlast its lease: another attack than this one.
  if (first.answeredAtMs - first.sentAtMs >= LEASE.leaseMs) return [];
  return [...(await recorder.drainStock(other)), ...(await recorder.settle())];
}
