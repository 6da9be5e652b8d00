import { randomUUID } from 'node:crypto';
import { scenarios, type FaultScenario } from '@coupon/conformance';
import { claimId } from '@coupon/domain';

const WAIT_MS = 5_000;

/**
 * No attack: three claims one after the other for two coupons, undisturbed. What fails here is no
 * mistake that anybody would deploy.
 */
export const smoke: FaultScenario = {
  name: 'smoke',
  title: 'three claims one after the other for two coupons, undisturbed',
  scope: 'one-process',
  async run(harness) {
    await using instance = await harness.open();
    const terms = await harness.createCoupon(2);
    const answers: string[] = [];
    const messages: string[] = [];
    for (const user of harness.users.slice(0, 3)) {
      const answer = await instance.issue(terms, user, claimId(randomUUID()), WAIT_MS);
      answers.push(answer.kind);
      if ('message' in answer) messages.push(answer.message);
    }
    return answers.join() === 'granted,granted,refused'
      ? []
      : [
          {
            invariant: 'answers-match-rows',
            what: `answered ${[...answers, ...messages].join(', ')}`,
          },
        ];
  },
};

/** The scenario of that name. Throws where there is none. */
export function scenarioNamed(name: string): FaultScenario {
  const found = [smoke, ...scenarios].find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`the kit has no scenario ${name}`);
  return found;
}
