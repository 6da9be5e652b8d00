import { answeredOrBlocked } from '../attack-steps.js';
import { under, type Breach } from '../breach.js';
import { recorderFor } from '../claim-recorder.js';
import type { ServiceInstance } from '../clients/service-instance.js';
import type { FaultScenario } from '../fault-scenario.js';
import type { Harness } from '../harness.js';
import type { InjectionPoint } from '../proxy/fault-proxy.js';
import { pointName, recordSteps } from '../record-steps.js';

/** Claims one after the other, more than any strategy would number ahead. */
const IN_TURN = 24;
const OVERTAKING = 3;
const OVERTAKING_MS = 700;

/** One claim after the other, by one instance and then by the other. */
async function inTurn(
  harness: Harness,
  instances: readonly ServiceInstance[],
): Promise<readonly Breach[]> {
  const recorder = await recorderFor(harness, IN_TURN);
  for (let turn = 0; turn < IN_TURN; turn += 1) {
    const instance = instances[turn % instances.length];
    if (instance !== undefined) await recorder.claim(instance);
  }
  return under('one claim after the other', await recorder.settle());
}

/**
 * A claim is held at `point` while others overtake it, and then either goes on or loses its
 * connection; after that come two more.
 */
async function overtake(
  harness: Harness,
  point: InjectionPoint,
  end: 'release' | 'cut',
  openOther: (first: ServiceInstance) => Promise<ServiceInstance>,
): Promise<readonly Breach[]> {
  await using first = await harness.open();
  await using other = await openOther(first);
  const warm = await recorderFor(harness, 2);
  await warm.burst([first, other], 2);
  const recorder = await recorderFor(harness, 12);
  await recorder.claim(other); // what is made with a coupon's first claim is there
  const breakpoint = first.proxies.mysql.holdAt(point);
  const held = recorder.claim(first);
  await Promise.race([breakpoint.caught, held]);
  const overtaking = (async () => {
    for (let n = 1; n < OVERTAKING; n += 1) await recorder.claim(other);
    return await recorder.claim(other);
  })();
  await answeredOrBlocked(overtaking, other, OVERTAKING_MS);
  breakpoint[end]();
  await Promise.all([held, overtaking]);
  await recorder.claim(other);
  await recorder.claim(first);
  return under(`${end === 'cut' ? 'lost' : 'overtaken'} ${pointName(point)}`, [
    ...(await recorder.settle()),
  ]);
}

async function attackOrder(
  harness: Harness,
  openOther: (first: ServiceInstance) => Promise<ServiceInstance>,
): Promise<readonly Breach[]> {
  await using observed = await harness.open();
  await using other = await openOther(observed);
  const turns = await inTurn(harness, [observed, other]);
  const steps = await recordSteps(harness, observed);
  const points = steps.filter(({ channel, side }) => channel === 'mysql' && side === 'before');
  const breaches = await Promise.all(
    points.flatMap((point) =>
      (['release', 'cut'] as const).map((end) => overtake(harness, point, end, openOther)),
    ),
  );
  return [...turns, ...breaches.flat()];
}

/** Numbers in the order of time within one process. */
export const order: FaultScenario = {
  name: 'order',
  title:
    'claims one after the other; ' +
    'and a claim is overtaken at each step and goes on, or fails, before the next',
  scope: 'one-process',
  run: (harness) => attackOrder(harness, (first) => Promise.resolve(first)),
};

/** The same between two processes. */
export const orderAmongProcesses: FaultScenario = {
  name: 'order-among-processes',
  title: 'the same, with claims that come by two processes in turn',
  scope: 'processes',
  run: (harness) => attackOrder(harness, () => harness.open()),
};
