import { breachIf, under, type Breach } from '../breach.js';
import { isSoldOut, recorderFor } from '../claim-recorder.js';
import type { ServiceInstance } from '../clients/service-instance.js';
import type { FaultScenario } from '../fault-scenario.js';
import type { Harness } from '../harness.js';

const ADDED = 3;
const TAKEN_AWAY = 2;

/** An administrator changes the total of a coupon by SQL while no claim is in flight. */
export const changedTotal: FaultScenario = {
  name: 'changed-total',
  title:
    'by SQL, 3 are added to a sold-out coupon, and 2 taken from another: ' +
    'no more and no fewer are issued',
  scope: 'one-process',
  async run(harness) {
    await using instance = await harness.open();
    return [
      ...under('total raised', await raise(harness, instance)),
      ...under('total lowered', await lower(harness, instance)),
    ];
  },
};

async function raise(harness: Harness, instance: ServiceInstance): Promise<readonly Breach[]> {
  const recorder = await recorderFor(harness, 4);
  const before = await recorder.drainStock(instance);
  await recorder.settle(); // what is recorded behind is in the rows now
  await recorder.changeTotal(ADDED);
  const claims = await recorder.burst([instance], ADDED);
  const refused = claims.filter(({ answer }) => isSoldOut(answer)).length;
  return [
    ...before,
    ...breachIf(
      refused > 0,
      'sold-out-is-true',
      `${refused} of ${ADDED} claims were told "sold out" after as many coupons were added`,
    ),
    ...(await recorder.drainStock(instance)),
    ...(await recorder.settle()),
  ];
}

async function lower(harness: Harness, instance: ServiceInstance): Promise<readonly Breach[]> {
  const recorder = await recorderFor(harness, 8);
  await recorder.burst([instance], 3);
  await recorder.settle(); // what is recorded behind is in the rows now
  await recorder.changeTotal(-TAKEN_AWAY);
  return [...(await recorder.drainStock(instance)), ...(await recorder.settle())];
}
