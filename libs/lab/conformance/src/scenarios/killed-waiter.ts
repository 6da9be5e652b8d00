import { setTimeout as sleep } from 'node:timers/promises';
import { answeredOrBlocked, OVERTAKE_MS, reaches } from '../attack-steps.js';
import { under, type Breach } from '../breach.js';
import { recorderFor } from '../claim-recorder.js';
import type { FaultScenario } from '../fault-scenario.js';
import type { Harness } from '../harness.js';

/** Of the holder, which is in its COMMIT meanwhile. */
const TRANSACTION_MAX_MS = 4_000;
/** How long the waiter waits before its end, and the next one beside it. */
const WAITS_MS = 200;
/** Claims behind a waiter that is gone are answered within this time. */
const RECOVERED_MS = 4_000;

/** How a process that waits for its turn goes away. */
const ends = ['its claim gives up', 'it is killed'] as const;

/**
 * A process waits for the holder, and is gone before its turn comes: its place in any line must not
 * hold up the others.
 */
export const killedWaiter: FaultScenario = {
  name: 'killed-waiter',
  title: 'a process that waits for the holder gives up, or is killed; a third one waits behind it',
  scope: 'processes',
  // A line in Redis may be forgotten where nobody is seen in it for a moment.
  racing: 'always',
  mostlyWaits: true,
  async run(harness) {
    const breaches = await Promise.all(
      ends.map(async (end) => under(`the first waiter: ${end}`, await loseWaiter(harness, end))),
    );
    return breaches.flat();
  },
};

async function loseWaiter(
  harness: Harness,
  end: (typeof ends)[number],
): Promise<readonly Breach[]> {
  await using holder = await harness.open({ env: harness.lastingLeases(TRANSACTION_MAX_MS) });
  await using waiter = await harness.open();
  await using next = await harness.open();
  await using another = await harness.open();
  const warm = await recorderFor(harness, 4);
  await warm.burst([holder, waiter, next, another], 4);
  await warm.settle(); // what is recorded behind is recorded now
  const recorder = await recorderFor(harness, 4);
  const breakpoint = holder.proxies.mysql.holdAt({
    label: 'COMMIT',
    occurrence: 1,
    side: 'before',
  });
  const held = recorder.claim(holder, { waitMs: OVERTAKE_MS });
  if (!(await reaches(harness, held, breakpoint))) return [];
  const isKilled = end === 'it is killed';
  const waiting = recorder.claim(waiter, { waitMs: isKilled ? OVERTAKE_MS : WAITS_MS });
  await answeredOrBlocked(waiting, waiter, WAITS_MS);
  // The servers see the end of a killed process as the end of its connections.
  if (isKilled)
    for (const proxy of [waiter.proxies.redis, waiter.proxies.mysql])
      await proxy[Symbol.asyncDispose]();
  const behind = [next, another].map((one) => recorder.claim(one, { waitMs: RECOVERED_MS }));
  await Promise.race([...behind, sleep(WAITS_MS)]);
  breakpoint.release();
  await Promise.all([held, waiting, ...behind]);
  return [...(await recorder.drainStock(next, RECOVERED_MS)), ...(await recorder.settle())];
}
