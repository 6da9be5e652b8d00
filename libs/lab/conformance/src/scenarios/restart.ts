import { breachIf } from '../breach.js';
import { newClaim, recorderFor } from '../claim-recorder.js';
import { describeAnswer } from '../clients/answer.js';
import type { FaultScenario } from '../fault-scenario.js';

const BEFORE = 6;

/** The service stops in the middle of a coupon and starts again. */
export const restart: FaultScenario = {
  name: 'restart',
  title: 'the service is stopped and started again; what it knew by heart must be in the rows',
  scope: 'one-process',
  async run(harness) {
    const recorder = await recorderFor(harness, 12, 1);
    const users = harness.users.slice(0, BEFORE);
    const [user = harness.nobody] = harness.users.slice(BEFORE);
    const id = newClaim();
    let first: string;
    let leftOpen: number;
    {
      await using instance = await harness.open();
      await recorder.burst([instance], BEFORE, { users });
      first = describeAnswer(await recorder.retry(instance, user, id));
      await recorder.settle(); // what is recorded behind is in the rows now
      leftOpen = await instance.close();
    }
    await using instance = await harness.open();
    await recorder.burst([instance], BEFORE, { users });
    const again = describeAnswer(await recorder.retry(instance, user, id));
    return [
      ...breachIf(
        leftOpen > 0,
        'closes-what-it-opens',
        `${leftOpen} connections were open after the service had stopped`,
      ),
      ...breachIf(
        again !== first,
        'replay-tells-the-first-outcome',
        `after the restart a claim was answered ${again}, before it ${first}`,
      ),
      ...(await recorder.drainStock(instance)),
      ...(await recorder.settle()),
    ];
  },
};
