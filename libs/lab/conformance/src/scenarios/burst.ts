import { breach, type Breach } from '../audit.js';
import type { Harness } from '../harness.js';
import { recorderFor } from '../claim-recorder.js';
import type { Answer, Client } from '../clients/answer.js';
import type { FaultScenario } from '../fault-scenario.js';

/**
 * Between COMMIT's sending and its arrival, so that what is done too early or read too late shows.
 */
const COMMIT_DELAY_MS = 3;

/** More claims than coupons at once, and then one by one until the last is gone. */
export const rush: FaultScenario = {
  name: 'rush',
  title: '90 claims at once for 40 coupons, COMMIT made slow; then one by one until sold out',
  scope: 'one-process',
  racing: 'always',
  async run(bench) {
    await using party = await bench.open();
    party.wires.mysql.delay('COMMIT', COMMIT_DELAY_MS);
    const crowd = await recorderFor(bench, 40);
    const watched = watchedBy(bench, party);
    await crowd.burst([watched.party], 90);
    return [...(await crowd.drainStock(party)), ...(await crowd.settle()), ...watched.breaches];
  },
};

/** Three users, a limit of two each, and far more claims than that. */
export const limit: FaultScenario = {
  name: 'limit',
  title: '45 claims at once of 3 users who may have 2 each, of 40 coupons',
  scope: 'one-process',
  racing: 'always',
  async run(bench) {
    await using party = await bench.open();
    party.wires.mysql.delay('COMMIT', COMMIT_DELAY_MS);
    const crowd = await recorderFor(bench, 40, 2);
    const users = bench.users.slice(0, 3);
    await crowd.burst([party], 45, { users });
    for (const user of [...users, ...users]) await crowd.claim(party, { user });
    const { rows } = await bench.books(crowd.terms);
    const last: Answer[] = [];
    for (const user of users) last.push((await crowd.claim(party, { user })).answer);
    const refused = last.filter(
      (answer) => answer.kind === 'refused' && answer.refusal === 'LIMIT_REACHED',
    ).length;
    return [
      ...(await crowd.settle()),
      ...breach(
        'per-user-limit',
        refused < users.length && rows.length >= users.length * 2,
        `at the limit ${users.length} users were told ${JSON.stringify(last)}`,
      ),
    ];
  },
};

/** No more claims than coupons: nobody may be told that they are gone. */
export const enough: FaultScenario = {
  name: 'enough',
  title: '30 claims at once for 30 coupons',
  scope: 'one-process',
  async run(bench) {
    await using party = await bench.open();
    const crowd = await recorderFor(bench, 30);
    await crowd.burst([party], 30);
    const soldOut = crowd.history.filter(({ answer }) => answer.kind === 'refused');
    const settled = await crowd.settle();
    return [
      ...settled.filter(({ law }) => law !== 'sells-out'),
      ...breach(
        'sold-out-is-true',
        soldOut.length > 0 && (await bench.books(crowd.terms)).rows.length < 30,
        `${soldOut.length} were refused though there was one for each`,
      ),
    ];
  },
};

/** Looks for the row of every grant in the moment in which it is told. */
function watchedBy(
  bench: Harness,
  party: Client,
): { readonly party: Client; readonly breaches: Breach[] } {
  const breaches: Breach[] = [];
  return {
    breaches,
    party: {
      async issue(terms, user, id, waitMs) {
        const answer = await party.issue(terms, user, id, waitMs);
        if (answer.kind !== 'granted' || breaches.length > 0) return answer;
        if ((await bench.grants.find(id)) === null)
          breaches.push({
            law: 'recorded-on-return',
            what: 'a grant was told before its row could be seen',
          });
        return answer;
      },
      [Symbol.asyncDispose]: async () => undefined,
    },
  };
}

/** The same from two real processes. */
export const twoProcesses: FaultScenario = {
  name: 'two-processes',
  title: '100 claims at once for 40 coupons in two processes, COMMIT made slow',
  scope: 'processes',
  racing: 'always',
  async run(bench) {
    const workers = await bench.workers(2);
    for (const { wires } of workers) wires.mysql.delay('COMMIT', COMMIT_DELAY_MS);
    const [crowd, limited] = [await recorderFor(bench, 40), await recorderFor(bench, 40, 2)];
    await crowd.burst(workers, 100);
    await limited.burst(workers, 30, { users: bench.users.slice(0, 3) });
    for (const { wires } of workers) wires.mysql.delay('COMMIT', 0);
    const [first] = workers;
    if (first === undefined) throw new Error('two were asked for');
    return [
      ...(await crowd.drainStock(first)),
      ...(await crowd.settle()),
      ...(await limited.settle()),
    ];
  },
};
