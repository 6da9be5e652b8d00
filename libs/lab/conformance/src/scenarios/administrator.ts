import { setTimeout as sleep } from 'node:timers/promises';
import {
  answeredOrBlocked,
  BLOCKED_MS,
  isRecordedBehind,
  OVERTAKE_MS,
  reaches,
} from '../attack-steps.js';
import { breachIf, under, type Breach } from '../breach.js';
import { recorderFor, type ClaimRecorder } from '../claim-recorder.js';
import { clock } from '../clients/answer.js';
import type { ServiceInstance } from '../clients/service-instance.js';
import type { FaultScenario } from '../fault-scenario.js';
import type { Harness } from '../harness.js';
import type { InjectionPoint } from '../proxy/fault-proxy.js';
import { pointName, recordSteps } from '../record-steps.js';

const ADDED = 3;

/** How long the claim waits that meets a change at each of its attempts. */
const WAIT_MS = 400;
/**
 * One attempt may have passed its last look at the clock when the deadline passed, and a busy
 * machine may delay it; more than that go on past the deadline.
 */
const ATTEMPTS_AFTER_DEADLINE_MAX = 2;

/** An administrator changes a total by SQL while a claim is on its way. */
export const changedMidway: FaultScenario = {
  name: 'changed-midway',
  title:
    'by SQL, 3 are added at each step of a claim; and 1 before each write of another claim, until it gives up',
  scope: 'one-process',
  async run(harness) {
    await using observed = await harness.open();
    const steps = await recordSteps(harness, observed);
    const points = steps.filter(({ channel, side }) => channel === 'mysql' && side === 'before');
    const write = points.find(({ label }) => /^(INSERT|UPDATE|DELETE|COMMIT)/.test(label));
    const breaches = await Promise.all([
      ...points.map(async (point) =>
        under(`added ${pointName(point)}`, await changeAt(harness, point)),
      ),
      // Who records behind writes after the answer.
      ...(write === undefined || isRecordedBehind(harness) ? [] : [changeAlways(harness, write)]),
    ]);
    const all = breaches.flat();
    // Where the row has lost what was added, "sold out" is what it says: one fault, not three.
    return all.some(({ invariant }) => invariant === 'no-lost-update') ? exceptSoldOut(all) : all;
  },
};

/** Without the breaches that say that "sold out" was told too soon. */
const exceptSoldOut = (breaches: readonly Breach[]): readonly Breach[] =>
  breaches.filter(({ invariant }) => invariant !== 'sells-out' && invariant !== 'sold-out-is-true');

async function changeAt(harness: Harness, point: InjectionPoint): Promise<readonly Breach[]> {
  await using instance = await harness.open();
  const recorder = await recorderFor(harness, 4);
  await recorder.claim(instance); // what is made with a coupon's first claim is there
  const breakpoint = instance.proxies.mysql.holdAt(point);
  const claimed = recorder.claim(instance, { waitMs: OVERTAKE_MS });
  if (!(await reaches(harness, claimed, breakpoint))) return await recorder.settle();
  const changed = recorder.changeTotal(ADDED);
  await Promise.race([changed, sleep(BLOCKED_MS)]); // the claim may have locked the row
  breakpoint.release();
  await Promise.all([claimed, changed]);
  return [...(await recorder.drainStock(instance)), ...(await recorder.settle())];
}

/** No attempt of the claim finds at its write what it has read, and none may begin too late. */
async function changeAlways(harness: Harness, write: InjectionPoint): Promise<readonly Breach[]> {
  await using instance: ServiceInstance = await harness.open();
  const recorder = await recorderFor(harness, 4);
  await recorder.claim(instance);
  const deadlineMs = clock.monotonicMs() + WAIT_MS;
  const claimed = recorder.claim(instance, { waitMs: WAIT_MS });
  const answered = claimed.then(() => false);
  let afterDeadline = 0;
  for (;;) {
    const breakpoint = instance.proxies.mysql.holdAt({ ...write, occurrence: 1 });
    const isCaught = await Promise.race([breakpoint.caught.then(() => true), answered]);
    if (isCaught && clock.monotonicMs() > deadlineMs) afterDeadline += 1;
    const changed = isCaught ? recorder.changeTotal(1) : Promise.resolve();
    if (isCaught) await Promise.race([changed, sleep(BLOCKED_MS)]);
    breakpoint.release();
    await changed;
    if (!isCaught) break;
  }
  return under('added before each write', [
    ...breachIf(
      afterDeadline > ATTEMPTS_AFTER_DEADLINE_MAX,
      'answered-in-time',
      `${afterDeadline} attempts came to their write after the claim's deadline`,
    ),
    ...(await recorder.drainStock(instance)),
    ...(await recorder.settle()),
  ]);
}

/** How soon a strategy that decides apart from the rows must follow a change of them. */
const SEES_ROWS_WITHIN_MS = 8_000;
/** A strategy that decides apart from the rows looks at them this often, at least. */
const LOOKS_AT_ROWS_MS = 1_200;
/** How long others may ask while the COMMIT of the first claim after the withdrawal is held. */
const BESIDE_MS = 700;

/** A grant is taken back by SQL: its number is not given again, and the last numbers are. */
export const withdrawnGrant: FaultScenario = {
  name: 'withdrawn-grant',
  title:
    'by SQL, one of 4 grants is deleted and its part of the total taken away: the rest is issued under new numbers, also beside a COMMIT that is late',
  scope: 'one-process',
  async run(harness) {
    await using instance = await harness.open();
    const recorder = await recorderFor(harness, 10);
    for (let granted = 0; granted < 4; granted += 1) await recorder.claim(instance);
    await recorder.settle(); // what is recorded behind is in the rows now
    await recorder.withdraw(2);
    const commit = instance.proxies.mysql.holdAt({
      label: 'COMMIT',
      occurrence: 1,
      side: 'before',
    });
    const first = recorder.claim(instance, { waitMs: OVERTAKE_MS });
    if (await reaches(harness, first, commit)) {
      const beside = recorder.claim(instance, { waitMs: OVERTAKE_MS });
      await answeredOrBlocked(beside, instance, BESIDE_MS);
      commit.release();
      await beside;
    }
    await first;
    const breaches = [
      ...(await recorder.drainStock(instance)),
      ...(isRecordedBehind(harness) ? await drainRest(recorder, instance) : []),
      ...(await recorder.settle()),
    ];
    // Who decides apart from the rows may see only later that there is one more.
    return isRecordedBehind(harness)
      ? breaches.filter(({ invariant }) => invariant !== 'sold-out-is-true')
      : breaches;
  },
};

/** Issues what a strategy that decides apart from the rows has not seen yet, if it ever does. */
async function drainRest(
  recorder: ClaimRecorder,
  instance: ServiceInstance,
): Promise<readonly Breach[]> {
  const untilMs = clock.monotonicMs() + SEES_ROWS_WITHIN_MS;
  const breaches: Breach[] = [];
  for (;;) {
    const { remaining } = await recorder.harness.read(recorder.terms);
    if (remaining === 0 || clock.monotonicMs() > untilMs || breaches.length > 0) return breaches;
    await sleep(200);
    breaches.push(...(await recorder.drainStock(instance)));
  }
}

/** A coupon whose numbers contradict each other is not issued; once they are right, it is. */
export const unsoundStock: FaultScenario = {
  name: 'unsound-stock',
  title:
    'by SQL, a total alone is lowered below what is issued, and corrected: nothing is issued meanwhile; and while a claim begins',
  scope: 'one-process',
  async run(harness) {
    await using instance = await harness.open();
    const recorder = await recorderFor(harness, 8);
    for (let granted = 0; granted < 5; granted += 1) await recorder.claim(instance);
    await recorder.settle(); // what is recorded behind is in the rows now
    await recorder.changeTotal(-5, 0);
    const asked = await recorder.burst([instance], 3);
    const granted = asked.filter(({ answer }) => answer.kind === 'granted').length;
    await recorder.changeTotal(5, 0);
    return [
      ...(await unsoundMidway(harness, instance)),
      ...breachIf(
        granted > 0,
        'no-coupon-too-many',
        `${granted} of 3 claims were granted while 5 were issued of a total of 3`,
      ),
      ...(await recorder.drainStock(instance)),
      ...(await recorder.settle()),
    ];
  },
};

/**
 * The total alone is lowered while a claim is about to begin its transaction and others ask, and
 * corrected once the strategy has seen it: then all is issued.
 */
async function unsoundMidway(
  harness: Harness,
  instance: ServiceInstance,
): Promise<readonly Breach[]> {
  const seenMs = isRecordedBehind(harness) ? LOOKS_AT_ROWS_MS : 0;
  const recorder = await recorderFor(harness, 12);
  for (let granted = 0; granted < 5; granted += 1) await recorder.claim(instance);
  await recorder.settle();
  const begin = instance.proxies.mysql.holdAt({ label: 'BEGIN', occurrence: 1, side: 'before' });
  const first = recorder.claim(instance, { waitMs: OVERTAKE_MS });
  await reaches(harness, first, begin);
  const beside = recorder.burst([instance], 2, { waitMs: OVERTAKE_MS });
  await recorder.changeTotal(-3, 0);
  await sleep(seenMs);
  begin.release();
  await Promise.all([first, beside]);
  await sleep(seenMs);
  await recorder.changeTotal(3, 0);
  return under('while a claim begins', [
    ...(await recorder.drainStock(instance)),
    ...(await recorder.settle()),
  ]);
}
