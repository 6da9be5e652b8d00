import { setTimeout as sleep } from 'node:timers/promises';
import type { Breach } from './breach.js';
import { recorderFor } from './claim-recorder.js';
import { clock, type RecordedClaim } from './clients/answer.js';
import type { ProxiedWorker } from './clients/proxied-worker.js';
import type { ServiceInstance } from './clients/service-instance.js';
import type { Harness } from './harness.js';
import type { Breakpoint, InjectionPoint } from './proxy/fault-proxy.js';
import { pointName, recordSteps } from './record-steps.js';

/** A claim reaches its breakpoint within this time, or does not pass it. */
const REACH_MS = 5_000;
/** A statement that is unanswered for so long waits for a lock. */
export const BLOCKED_MS = 300;
/** How long after an answer the recording behind it may reach a breakpoint. */
const BEHIND_MS = 1_500;

/** Longer than any lease that a strategy has by default. */
export const OVERTAKE_MS = 12_000;

/** Whether the strategy records grants after it answers them. */
export const isRecordedBehind = ({ plugin }: Harness): boolean =>
  !plugin.guarantees.recordedOnReturn;

/**
 * Whether the claim, or the recording behind it, reaches the breakpoint. A breakpoint that is not
 * reached is removed.
 */
export async function reaches(
  harness: Harness,
  claimed: Promise<RecordedClaim>,
  breakpoint: Breakpoint,
): Promise<boolean> {
  const passed = claimed
    .then(() => (isRecordedBehind(harness) ? sleep(BEHIND_MS) : undefined))
    .then(() => false);
  const isReached = await Promise.race([
    breakpoint.caught.then(() => true),
    passed,
    sleep(REACH_MS, false, { ref: false }),
  ]);
  if (!isReached) breakpoint.release();
  return isReached;
}

/**
 * Resolves when the claim is answered, or a statement of its instance waits for a lock; at the
 * latest after `maxMs`.
 */
export async function answeredOrBlocked(
  claimed: Promise<RecordedClaim>,
  instance: ServiceInstance,
  maxMs: number,
): Promise<void> {
  const state = { isAnswered: false };
  void claimed.then(() => {
    state.isAnswered = true;
  });
  const untilMs = clock.monotonicMs() + maxMs;
  while (!state.isAnswered && clock.monotonicMs() < untilMs) {
    if (instance.proxies.mysql.unansweredMs(clock.monotonicMs()) > BLOCKED_MS) return;
    await sleep(20);
  }
}

/**
 * Opens a second process for the coupons of `worker`. Where grants are recorded behind, it takes a
 * silent process for dead soon.
 */
export const openPeer = (harness: Harness, worker: ProxiedWorker): Promise<ServiceInstance> =>
  harness.open({
    env: { ...(isRecordedBehind(harness) ? harness.shortLeases : {}), ...worker.peerEnv },
  });

/**
 * Attacks every step of a claim at once, each in a process of its own. `attack` resolves with null
 * where the claim did not reach its step. Rejects where most did not: an attack that was not made
 * must not count as one that failed.
 */
export async function attackEachStep(
  harness: Harness,
  attack: (point: InjectionPoint, worker: ProxiedWorker) => Promise<readonly Breach[] | null>,
): Promise<readonly Breach[]> {
  const observed = await harness.open();
  const steps = await recordSteps(harness, observed).finally(() => observed[Symbol.asyncDispose]());
  const workers = await harness.workers(steps.length);
  const attacks = await Promise.all(
    workers.map(async (worker, n) => {
      const point = steps[n];
      if (point === undefined) return null;
      const warm = await recorderFor(harness, 1);
      await warm.claim(worker);
      await warm.settle(); // what is recorded behind is recorded now
      return attack(point, worker);
    }),
  );
  const made = attacks.filter((breaches) => breaches !== null);
  if (made.length * 2 < steps.length)
    throw new Error(
      `only ${made.length} of ${steps.length} steps could be attacked: ` +
        steps.map(pointName).join(', '),
    );
  return made.flat();
}
