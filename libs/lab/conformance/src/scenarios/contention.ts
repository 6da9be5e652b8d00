import { setTimeout as sleep } from 'node:timers/promises';
import { couponId } from '@coupon/domain';
import { breach } from '../audit.js';
import { recorderFor, newClaim } from '../claim-recorder.js';
import type { Answer } from '../clients/answer.js';
import type { FaultScenario } from '../fault-scenario.js';

const kindOf = (answer: Answer): string =>
  answer.kind === 'no-verdict' ? answer.noVerdict : answer.kind;

/**
 * A transaction that holds the coupon's row outlives the deadline of all who wait, and the longest
 * transaction.
 */
export const slowTransaction: FaultScenario = {
  name: 'slow-transaction',
  title: "another transaction holds the coupon's row for 1.6 s; 20 claims wait 300 ms at most",
  scope: 'one-process',
  async run(bench) {
    const [insideMax, waitMs, transactionMaxMs, slackMs] = [1, 300, 1_000, 700];
    await using party = await bench.open({
      env: {
        ...bench.shortLeases,
        MYSQL_POOL_MAX: '3',
        MYSQL_TRANSACTION_MAX_MS: String(transactionMaxMs),
      },
    });
    const crowd = await recorderFor(bench, 12);
    const letGo = await bench.holdRow(crowd.terms);
    const rushed = crowd.burst([party], 20, { waitMs });
    await sleep(1_600);
    await letGo();
    const told = await rushed;
    const lateBy = (limitMs: number) =>
      told.filter(
        ({ answer, sentAtMs, answeredAtMs }) =>
          answer.kind !== 'unanswered' && answeredAtMs - sentAtMs > limitMs,
      ).length;
    return [
      ...breach(
        'answered-in-time',
        lateBy(waitMs + slackMs) > insideMax,
        `${lateBy(waitMs + slackMs)} of 20 waited longer than ${waitMs} ms, where ${insideMax} can be inside a transaction`,
      ),
      ...breach(
        'answered-in-time',
        lateBy(waitMs + transactionMaxMs + slackMs) > 0,
        `${lateBy(waitMs + transactionMaxMs + slackMs)} outlived deadline and longest transaction`,
      ),
      ...(await crowd.drainStock(party)),
      ...(await crowd.settle()),
    ];
  },
};

/**
 * One coupon's row is held: claims for another go on. Some claims cannot be judged: their
 * neighbours can.
 */
export const neighbours: FaultScenario = {
  name: 'neighbours',
  title:
    'one coupon stands still, claims that cannot be judged come in between: everybody else is served',
  scope: 'one-process',
  async run(bench) {
    await using party = await bench.open();
    const [still, busy] = [await recorderFor(bench, 5), await recorderFor(bench, 100)];
    const first = await busy.claim(party);
    const letGo = await bench.holdRow(still.terms);
    const waiting = still.burst([party], 3, { waitMs: 3_000 });
    const beganMs = Date.now();
    const poisoned = [
      party.issue(busy.terms, bench.users[1] ?? first.claim.user, first.claim.id, 3_000),
      ...(bench.plugin.guarantees.recordedOnReturn
        ? [party.issue(busy.terms, bench.nobody, newClaim(), 3_000)]
        : []),
      party.issue(
        { ...busy.terms, couponId: couponId(999_999_999) },
        first.claim.user,
        newClaim(),
        3_000,
      ),
    ];
    const good = await busy.burst([party], 12, { waitMs: 3_000 });
    const tookMs = Date.now() - beganMs;
    await letGo();
    await waiting;
    const harmed = good
      .map(({ answer }) => kindOf(answer))
      .filter((kind) => !['granted', 'contended', 'deadlocked'].includes(kind));
    const served = good.filter(({ answer }) => answer.kind === 'granted').length;
    const silent = (await Promise.all(poisoned)).filter(
      (answer) => answer.kind === 'unanswered',
    ).length;
    return [
      ...breach(
        'coupons-do-not-touch',
        harmed.length > 0,
        `beside a claim that cannot be judged, good ones were told: ${harmed.join(', ')}`,
      ),
      ...breach(
        'coupons-do-not-touch',
        served === 0 || tookMs > 2_500,
        `while one coupon stood still, ${served} of 12 were served on another, in ${tookMs} ms`,
      ),
      ...breach(
        'answered-in-time',
        silent > 0,
        `${silent} claims that cannot be judged were never answered`,
      ),
      ...(await still.drainStock(party)),
      ...(await still.settle()),
      ...(await busy.settle()),
    ];
  },
};

/** One connection for everything: nobody may hold it while waiting for another. */
export const poolOfOne: FaultScenario = {
  name: 'pool-of-one',
  title: '20 claims on two coupons of 5 over a pool of one connection',
  scope: 'one-process',
  async run(bench) {
    await using party = await bench.open({ env: { MYSQL_POOL_MAX: '1' } });
    const crowds = [await recorderFor(bench, 5), await recorderFor(bench, 5)];
    await Promise.all(crowds.map((crowd) => crowd.burst([party], 10, { waitMs: 5_000 })));
    const answers = crowds.flatMap((crowd) => crowd.history.map(({ answer }) => kindOf(answer)));
    const unserved = answers.filter((kind) => kind !== 'granted' && kind !== 'refused');
    const settled = await Promise.all(crowds.map((crowd) => crowd.settle()));
    return [
      ...breach(
        'one-connection-is-enough',
        unserved.length > 0,
        `${unserved.length} of 20 were told: ${[...new Set(unserved)].join(', ')}`,
      ),
      ...settled.flat(),
    ];
  },
};

/**
 * A transaction with more to lose takes the user's row first and then wants the coupon's: the claim
 * is the victim.
 */
export const deadlockVictim: FaultScenario = {
  name: 'deadlock-victim',
  title: "the claim's transaction is made the victim of a deadlock",
  scope: 'one-process',
  async run(bench) {
    await using party = await bench.open();
    const crowd = await recorderFor(bench, 6);
    const [user = bench.nobody] = bench.users;
    const rival = await bench.beginRival();
    await rival.writeUsers();
    const claimed = crowd.claim(party, { user });
    for (let looks = 0; looks < 20 && party.wires.mysql.stuckMs(Date.now()) < 80; looks += 1)
      await sleep(20);
    await rival.lockCoupon(crowd.terms.couponId).catch(() => undefined);
    await rival[Symbol.asyncDispose]();
    await claimed;
    return [...(await crowd.drainStock(party)), ...(await crowd.settle())];
  },
};
