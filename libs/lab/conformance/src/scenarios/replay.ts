import { answeredOrBlocked, isRecordedBehind, OVERTAKE_MS, reaches } from '../attack-steps.js';
import { breachIf, under, type Breach } from '../breach.js';
import { newClaim, recorderFor, type ClaimRecorder } from '../claim-recorder.js';
import { describeAnswer } from '../clients/answer.js';
import type { ServiceInstance } from '../clients/service-instance.js';
import type { FaultScenario } from '../fault-scenario.js';
import type { Harness } from '../harness.js';

const expectAnswer = (what: string, seen: string, expected: string): readonly Breach[] =>
  breachIf(
    seen !== expected,
    'replay-tells-the-first-outcome',
    `${what}: ${seen}, expected ${expected}`,
  );

/**
 * A claim id is used again: later, many times at once, after the last coupon is gone, by another
 * user, for another coupon, before the claim's row is there.
 */
export const replay: FaultScenario = {
  name: 'replay',
  title:
    'a claim id is used again: later, many times at once, after sold out, by another user, for another coupon, before its row is there',
  scope: 'one-process',
  async run(harness) {
    await using instance = await harness.open();
    const recorder = await recorderFor(harness, 3);
    const other = await recorderFor(harness, 3);
    const [user = harness.nobody, stranger = harness.nobody] = harness.users;
    const retry = async (
      id = newClaim(),
      by = user,
      on: ClaimRecorder = recorder,
    ): Promise<string> => describeAnswer(await on.retry(instance, by, id));
    const early = newClaim();
    const concurrent = newClaim();
    const first = await retry(early);
    const again = await retry(early);
    await Promise.all(
      Array.from({ length: 8 }, () => recorder.attempt(instance, user, concurrent)),
    );
    const second = await retry(concurrent);
    const stolen = await retry(early, stranger);
    const misused = await retry(early, user, other);
    const third = await retry();
    const fourth = await retry();
    const afterwards = await retry(early);
    return [
      ...(await recorder.settle()),
      ...(await other.settle()),
      ...expectAnswer(
        'the three coupons',
        [first, second, third].toSorted().join(', '),
        'number 1, number 2, number 3',
      ),
      ...expectAnswer('the first claim again', again, first),
      ...expectAnswer('another user with the same key', stolen, 'KEY_REUSED'),
      ...expectAnswer('the same key for another coupon', misused, 'KEY_REUSED'),
      ...expectAnswer('the fourth claim', fourth, 'SOLD_OUT'),
      ...expectAnswer('the first claim again after sold out', afterwards, first),
      ...(await whileCommitting(harness, instance)),
    ];
  },
};

/** How long a replay may take while the claim's COMMIT is held; where rows come later, to give up. */
const BESIDE_MS = { recorded: 700, behind: 2_500 } as const;

/** The claim id is used again before the claim's row is there. */
async function whileCommitting(
  harness: Harness,
  instance: ServiceInstance,
): Promise<readonly Breach[]> {
  const recorder = await recorderFor(harness, 3);
  await recorder.claim(instance); // what is made with a coupon's first claim is there
  await recorder.settle();
  const [user = harness.nobody] = harness.users;
  const claim = { id: newClaim(), user, waitMs: OVERTAKE_MS };
  const commit = instance.proxies.mysql.holdAt({ label: 'COMMIT', occurrence: 1, side: 'before' });
  const first = recorder.claim(instance, claim);
  const isHeld = await reaches(harness, first, commit);
  const again = recorder.claim(instance, claim);
  const besideMs = isRecordedBehind(harness) ? BESIDE_MS.behind : BESIDE_MS.recorded;
  await answeredOrBlocked(again, instance, besideMs);
  const told = await Promise.race([again, Promise.resolve(null)]);
  commit.release();
  await Promise.all([first, again]);
  return under('used again while its COMMIT is late', [
    ...breachIf(
      isHeld && told?.answer.kind === 'already-recorded',
      'answers-match-rows',
      'a claim was told that it is recorded before it had a row',
    ),
    ...(await recorder.settle()),
  ]);
}
