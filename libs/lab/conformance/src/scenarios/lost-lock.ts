import { under, type Breach } from '../breach.js';
import { recorderFor } from '../claim-recorder.js';
import type { FaultScenario } from '../fault-scenario.js';
import { beginHandover, recordHandover } from '../hand-over.js';
import type { Harness } from '../harness.js';
import type { InjectionPoint } from '../proxy/fault-proxy.js';
import { pointName, recordSteps } from '../record-steps.js';

const TRANSACTION_MAX_MS = 4_000;
/** Of a lease that outlasts the scenario, all but 300 ms: no second transaction fits in. */
const HANDOVER_TRANSACTION_MAX_MS = 29_700;
const HELD_MS = 400;
/** Another process gets in within this time, and leases last much longer. */
const RECOVERED_MS = 6_000;

/**
 * The connection to Redis is lost at a message by which a lock is taken, handed on or released. The
 * process lives and is connected again soon: it must not keep others out for a whole lease.
 */
export const lostLock: FaultScenario = {
  name: 'lost-lock',
  title:
    'the connection to Redis is lost at each message, before and after Redis has it; long before a lease could end, another process asks',
  scope: 'processes',
  mostlyWaits: true,
  async run(harness) {
    const env = harness.lastingLeases(HANDOVER_TRANSACTION_MAX_MS);
    await using observed = await harness.open();
    const steps = await recordSteps(harness, observed);
    const single = steps.filter(({ channel }) => channel === 'redis');
    if (single.length === 0) return [];
    const { redis: handedOn } = await recordHandover(harness, env, HELD_MS);
    const breaches = await Promise.all([
      ...bothSides(single).map((point) => loseAt(harness, point, 'of a claim')),
      ...bothSides(handedOn).map((point) => loseAt(harness, point, 'of a handover')),
    ]);
    return breaches.flat();
  },
};

const bothSides = (points: readonly InjectionPoint[]): readonly InjectionPoint[] =>
  points.flatMap((point) => [point, { ...point, side: 'after' as const }]);

async function loseAt(
  harness: Harness,
  point: InjectionPoint,
  when: 'of a claim' | 'of a handover',
): Promise<readonly Breach[]> {
  const isHandover = when === 'of a handover';
  const env = harness.lastingLeases(isHandover ? HANDOVER_TRANSACTION_MAX_MS : TRANSACTION_MAX_MS);
  await using one = await harness.open({ env });
  await using other = await harness.open({ env });
  const warm = await recorderFor(harness, 2);
  await warm.burst([one, other], 2);
  const recorder = await recorderFor(harness, 4);
  const handover = isHandover
    ? await beginHandover(recorder, one, { others: 1, heldMs: HELD_MS })
    : null;
  if (isHandover && handover === null) return [];
  const cut = one.proxies.redis.cutAt(point);
  handover?.goOn();
  const claims = handover === null ? [recorder.claim(one)] : [handover.first, ...handover.others];
  await Promise.race([cut.done, Promise.all(claims)]);
  // Not after the claims' own answers: those that wait for a lock in vain wait long.
  const breaches = await recorder.drainStock(other, RECOVERED_MS);
  await Promise.all(claims);
  cut.forget();
  return under(`connection lost ${pointName(point)} ${when}`, [
    ...breaches,
    ...(await recorder.settle()),
  ]);
}
