import { setTimeout as sleep } from 'node:timers/promises';
import { couponId } from '@coupon/domain';
import { breachIf, type Breach } from '../breach.js';
import { newClaim, recorderFor } from '../claim-recorder.js';
import { clock, isVerdict, type Answer, type RecordedClaim } from '../clients/answer.js';
import type { FaultScenario } from '../fault-scenario.js';

const kindOf = (answer: Answer): string =>
  answer.kind === 'no-verdict' ? answer.noVerdict : answer.kind;

/**
 * How long the claims of `slow-transaction` may wait, and the longest transaction they may be in.
 */
const WAIT_MS = 300;
const TRANSACTION_MAX_MS = 1_000;
/** The delay that a busy machine may add. */
const SLACK_MS = 700;

/** How many claims were answered, but later than `limitMs` and what a busy machine may add. */
const answeredAfter = (limitMs: number, claims: readonly RecordedClaim[]): number =>
  claims.filter(
    ({ answer, sentAtMs, answeredAtMs }) =>
      answer.kind !== 'unanswered' && answeredAtMs - sentAtMs > limitMs + SLACK_MS,
  ).length;

/** A transaction holds the coupon's row past all deadlines, and past the longest transaction. */
export const slowTransaction: FaultScenario = {
  name: 'slow-transaction',
  title: "another transaction holds the coupon's row for 1.6 s; 20 claims wait for 300 ms at most",
  scope: 'one-process',
  async run(harness) {
    await using instance = await harness.open({
      env: {
        ...harness.shortLeases,
        MYSQL_POOL_MAX: '3',
        MYSQL_TRANSACTION_MAX_MS: String(TRANSACTION_MAX_MS),
      },
    });
    const recorder = await recorderFor(harness, 12);
    const releaseRow = await harness.holdRow(recorder.terms);
    const inFlight = recorder.burst([instance], 20, { waitMs: WAIT_MS });
    await sleep(1_600);
    await releaseRow();
    const claims = await inFlight;
    const late = answeredAfter(WAIT_MS, claims);
    const tooLate = answeredAfter(WAIT_MS + TRANSACTION_MAX_MS, claims);
    return [
      ...breachIf(
        late > 1,
        'answered-in-time',
        `${late} of 20 waited longer than ${WAIT_MS} ms, where one can be in a transaction`,
      ),
      ...breachIf(
        tooLate > 0,
        'answered-in-time',
        `${tooLate} of 20 outlived their deadline and the longest transaction`,
      ),
      ...(await recorder.drainStock(instance)),
      ...(await recorder.settle()),
    ];
  },
};

/**
 * One coupon's row is held, while claims for another go on; some of these cannot be judged, and
 * must not fail their neighbours.
 */
export const neighbours: FaultScenario = {
  name: 'neighbours',
  title:
    'one coupon is stalled and some claims cannot be judged: all other claims must be answered',
  scope: 'one-process',
  async run(harness) {
    await using instance = await harness.open();
    const stalled = await recorderFor(harness, 5);
    const busy = await recorderFor(harness, 100);
    const { claim } = await busy.claim(instance);
    const releaseRow = await harness.holdRow(stalled.terms);
    const waiting = stalled.burst([instance], 3, { waitMs: 3_000 });
    const beganMs = clock.monotonicMs();
    const [, second = claim.user] = harness.users;
    const noCoupon = { ...busy.terms, couponId: couponId(999_999_999) };
    const withoutVerdict = [
      instance.issue(busy.terms, second, claim.id, 3_000),
      instance.issue(noCoupon, claim.user, newClaim(), 3_000),
      // a grant that is recorded behind fails after its answer
      ...(harness.plugin.guarantees.recordedOnReturn
        ? [instance.issue(busy.terms, harness.nobody, newClaim(), 3_000)]
        : []),
    ];
    const good = await busy.burst([instance], 12, { waitMs: 3_000 });
    const tookMs = clock.monotonicMs() - beganMs;
    await releaseRow();
    await waiting;
    return [
      ...harmIn(good, tookMs),
      ...silenceIn(await Promise.all(withoutVerdict)),
      ...(await stalled.drainStock(instance)),
      ...(await stalled.settle()),
      ...(await busy.settle()),
    ];
  },
};

/** Whether good claims suffered beside a stalled coupon and claims that cannot be judged. */
function harmIn(good: readonly RecordedClaim[], tookMs: number): readonly Breach[] {
  const kinds = good.map(({ answer }) => kindOf(answer));
  const harmed = kinds.filter((kind) => !['granted', 'contended', 'deadlocked'].includes(kind));
  const granted = kinds.filter((kind) => kind === 'granted').length;
  return [
    ...breachIf(
      harmed.length > 0,
      'coupons-do-not-touch',
      `beside a claim that cannot be judged, good claims were answered ${harmed.join(', ')}`,
    ),
    ...breachIf(
      granted === 0 || tookMs > 2_500,
      'coupons-do-not-touch',
      `beside a stalled coupon, ${granted} of 12 claims were granted, in ${tookMs} ms`,
    ),
  ];
}

function silenceIn(answers: readonly Answer[]): readonly Breach[] {
  const silent = answers.filter(({ kind }) => kind === 'unanswered').length;
  return breachIf(
    silent > 0,
    'answered-in-time',
    `${silent} claims that cannot be judged were never answered`,
  );
}

/** One connection for everything: no claim may hold it while waiting for another. */
export const poolOfOne: FaultScenario = {
  name: 'pool-of-one',
  title: '20 claims for two coupons of 5 over a pool of one connection',
  scope: 'one-process',
  async run(harness) {
    await using instance = await harness.open({ env: { MYSQL_POOL_MAX: '1' } });
    const recorders = [await recorderFor(harness, 5), await recorderFor(harness, 5)];
    await Promise.all(
      recorders.map((recorder) => recorder.burst([instance], 10, { waitMs: 5_000 })),
    );
    const failed = recorders
      .flatMap(({ claims }) => claims)
      .filter(({ answer }) => !isVerdict(answer))
      .map(({ answer }) => kindOf(answer));
    const breaches = await Promise.all(recorders.map((recorder) => recorder.settle()));
    return [
      ...breachIf(
        failed.length > 0,
        'one-connection-is-enough',
        `${failed.length} of 20 were answered ${[...new Set(failed)].join(', ')}`,
      ),
      ...breaches.flat(),
    ];
  },
};

/**
 * A transaction with more to lose locks the user's row and then wants the coupon's, so that the
 * database rolls back the claim's.
 */
export const deadlockVictim: FaultScenario = {
  name: 'deadlock-victim',
  title: "the claim's transaction is the victim of a deadlock",
  scope: 'one-process',
  async run(harness) {
    await using instance = await harness.open();
    const recorder = await recorderFor(harness, 6);
    const [user = harness.nobody] = harness.users;
    const rival = await harness.beginRival();
    await rival.writeUsers();
    const claimed = recorder.claim(instance, { user });
    const isBlocked = () => instance.proxies.mysql.unansweredMs(clock.monotonicMs()) >= 80;
    for (let polls = 0; polls < 20 && !isBlocked(); polls += 1) await sleep(20);
    await rival.lockCoupon(recorder.terms.couponId).catch(() => undefined);
    await rival[Symbol.asyncDispose]();
    await claimed;
    return [...(await recorder.drainStock(instance)), ...(await recorder.settle())];
  },
};
