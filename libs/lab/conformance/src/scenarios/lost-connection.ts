import { breachIf, under, type Breach } from '../breach.js';
import { newClaim, recorderFor } from '../claim-recorder.js';
import { describeAnswer } from '../clients/answer.js';
import type { ServiceInstance } from '../clients/service-instance.js';
import type { FaultScenario } from '../fault-scenario.js';
import type { Harness } from '../harness.js';
import type { InjectionPoint } from '../proxy/fault-proxy.js';
import { pointName, recordFirstSteps, recordSteps } from '../record-steps.js';

const RETRY_MS = 8_000;
/** Long enough for a new connection on a busy machine, shorter than the kit's longer leases. */
const TRANSACTION_MAX_MS = '3000';

/**
 * The connection is lost at each message of a claim, before the server has it and after the server
 * has done it; also where only a coupon's first claim sends it. Then the client makes the claim
 * again.
 */
export const lostConnection: FaultScenario = {
  name: 'lost-connection',
  title:
    'the connection is lost at each step of a claim, before and after the server has it; then the claim is made again',
  scope: 'one-process',
  async run(harness) {
    await using observed = await harness.open();
    const later = await recordSteps(harness, observed);
    const known = new Set(later.map(keyOf));
    const first = (await recordFirstSteps(harness, observed)).filter(
      (point) => !known.has(keyOf(point)),
    );
    // One after the other: each point has an instance of its own, with all that works behind it.
    const ofLater = bothSides(later).map((point) => attack(harness, point, 'later'));
    const breaches = await Promise.all(ofLater);
    const ofFirst = bothSides(first).map((point) => attack(harness, point, 'first'));
    return [...breaches, ...(await Promise.all(ofFirst))].flat();
  },
};

const keyOf = (point: InjectionPoint): string => `${point.channel} ${pointName(point)}`;

const bothSides = (points: readonly InjectionPoint[]): readonly InjectionPoint[] =>
  points
    .filter(({ side }) => side === 'before')
    .flatMap((point) => [point, { ...point, side: 'after' }]);

async function attack(
  harness: Harness,
  point: InjectionPoint,
  which: 'first' | 'later',
): Promise<readonly Breach[]> {
  await using instance = await harness.open({
    env: { ...harness.longerLeases, MYSQL_TRANSACTION_MAX_MS: TRANSACTION_MAX_MS },
  });
  return under(
    `connection lost ${pointName(point)} of a ${which} claim`,
    await loseConnection(harness, instance, point, which),
  );
}

/**
 * Makes one claim whose connection is lost at `point`, and makes it again: its coupon's first
 * claim, or a later one.
 */
async function loseConnection(
  harness: Harness,
  instance: ServiceInstance,
  point: InjectionPoint,
  which: 'first' | 'later',
): Promise<readonly Breach[]> {
  const warm = await recorderFor(harness, 1);
  await warm.claim(instance); // connections are greeted, so that the steps are the observed ones
  const recorder = await recorderFor(harness, 2);
  if (which === 'later') await recorder.claim(instance);
  const [user = harness.nobody] = harness.users;
  const id = newClaim();
  const cut = instance.proxies[point.channel].cutAt(point);
  await recorder.claim(instance, { id, user });
  cut.forget();
  const again = await recorder.retry(instance, user, id, RETRY_MS);
  return [
    ...breachIf(
      again.kind !== 'granted',
      'replay-tells-the-first-outcome',
      `made again, the claim was answered ${describeAnswer(again)}`,
    ),
    ...(await recorder.drainStock(instance)),
    ...(await recorder.settle()),
  ];
}
