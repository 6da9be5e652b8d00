import { breachIf } from '../breach.js';
import { isSoldOut, recorderFor } from '../claim-recorder.js';
import type { FaultScenario } from '../fault-scenario.js';

const ADDED = 3;

/** An administrator adds coupons, by SQL, after the last one was issued. */
export const raisedTotal: FaultScenario = {
  name: 'raised-total',
  title: 'a sold-out coupon gets 3 more by SQL: these must be issued, and no more',
  scope: 'one-process',
  async run(harness) {
    await using instance = await harness.open();
    const recorder = await recorderFor(harness, 4);
    const before = await recorder.drainStock(instance);
    await recorder.settle(); // what is recorded behind is in the rows now
    await recorder.addStock(ADDED);
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
  },
};
