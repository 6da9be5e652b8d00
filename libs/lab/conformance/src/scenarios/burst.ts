import { breachIf, under, type Breach } from '../breach.js';
import { recorderFor } from '../claim-recorder.js';
import { describeAnswer, type Client } from '../clients/answer.js';
import type { FaultScenario } from '../fault-scenario.js';
import type { Harness } from '../harness.js';
import type { Proxies } from '../proxy/open-proxies.js';

/**
 * COMMIT is delayed, so that what is done too early or read too late shows, and then it is not, as
 * the delay hides what is out of date for a moment only.
 */
const COMMIT_DELAYS_MS = [3, 0] as const;

/** Attacks with each delay in turn, while nothing breaks. */
async function underEachDelay(
  clients: readonly { readonly proxies: Proxies }[],
  attack: () => Promise<readonly Breach[]>,
): Promise<readonly Breach[]> {
  for (const delayMs of COMMIT_DELAYS_MS) {
    for (const { proxies } of clients) proxies.mysql.delay('COMMIT', delayMs);
    const breaches = await attack();
    if (breaches.length > 0) return under(`COMMIT delayed by ${delayMs} ms`, breaches);
  }
  return [];
}

/** More claims than coupons at once, and then one by one until the last coupon is gone. */
export const rush: FaultScenario = {
  name: 'rush',
  title: '90 claims at once for 40 coupons, COMMIT delayed and not; then one by one until sold out',
  scope: 'one-process',
  racing: 'always',
  async run(harness) {
    await using instance = await harness.open();
    return await underEachDelay([instance], async () => {
      const recorder = await recorderFor(harness, 40);
      const watched = watchRows(harness, instance);
      await recorder.burst([watched.client], 90);
      return [
        ...(await recorder.drainStock(instance)),
        ...(await recorder.settle()),
        ...watched.breaches,
      ];
    });
  },
};

/** Looks for the row of each grant at the moment of its answer, until one is missing. */
function watchRows(
  harness: Harness,
  watched: Client,
): { readonly client: Client; readonly breaches: Breach[] } {
  const breaches: Breach[] = [];
  return {
    breaches,
    client: {
      async issue(terms, user, id, waitMs) {
        const answer = await watched.issue(terms, user, id, waitMs);
        if (answer.kind !== 'granted' || breaches.length > 0) return answer;
        const isMissing = (await harness.grants.find(id)) === null;
        breaches.push(
          ...breachIf(isMissing, 'recorded-on-return', 'a grant was answered before it had a row'),
        );
        return answer;
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
  };
}

/** Three users with a limit of two each, and far more claims than that. */
export const limit: FaultScenario = {
  name: 'limit',
  title: '45 claims at once of 3 users who may have 2 each, for 40 coupons',
  scope: 'one-process',
  racing: 'always',
  async run(harness) {
    await using instance = await harness.open();
    return await underEachDelay([instance], async () => {
      const recorder = await recorderFor(harness, 40, 2);
      const users = harness.users.slice(0, 3);
      await recorder.burst([instance], 45, { users });
      for (const user of [...users, ...users]) await recorder.claim(instance, { user });
      const { grants } = await harness.read(recorder.terms);
      const last: string[] = [];
      for (const user of users)
        last.push(describeAnswer((await recorder.claim(instance, { user })).answer));
      return [
        ...(await recorder.settle()),
        ...breachIf(
          grants.length >= users.length * 2 && last.some((answer) => answer !== 'LIMIT_REACHED'),
          'per-user-limit',
          `users at their limit were answered ${last.join(', ')}`,
        ),
      ];
    });
  },
};

/** No more claims than coupons: none may be refused. */
export const enough: FaultScenario = {
  name: 'enough',
  title: '30 claims at once for 30 coupons',
  scope: 'one-process',
  async run(harness) {
    await using instance = await harness.open();
    const recorder = await recorderFor(harness, 30);
    await recorder.burst([instance], 30);
    return await recorder.settle();
  },
};

/** More claims than coupons at once in two real processes, without a limit and with one. */
export const twoProcesses: FaultScenario = {
  name: 'two-processes',
  title: '100 claims at once for 40 coupons in two processes, COMMIT delayed and not',
  scope: 'processes',
  racing: 'always',
  async run(harness) {
    const workers = await harness.workers(2);
    const [first] = workers;
    if (first === undefined) throw new Error('two workers were asked for');
    return await underEachDelay(workers, async () => {
      const recorder = await recorderFor(harness, 40);
      const limited = await recorderFor(harness, 40, 2);
      await recorder.burst(workers, 100);
      await limited.burst(workers, 30, { users: harness.users.slice(0, 3) });
      return [
        ...(await recorder.drainStock(first)),
        ...(await recorder.settle()),
        ...(await limited.settle()),
      ];
    });
  },
};
