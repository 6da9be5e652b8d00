import { breach, type Breach } from '../audit.js';
import type { Harness, ServiceInstance } from '../harness.js';
import { recorderFor, newClaim, type ClaimRecorder } from '../claim-recorder.js';
import type { FaultScenario } from '../fault-scenario.js';
import { pointName, recordSteps } from '../record-steps.js';
import type { InjectionPoint } from '../proxy/fault-proxy.js';
import { persistently } from './replay.js';

const named = (point: InjectionPoint, breaches: readonly Breach[]): readonly Breach[] =>
  breaches.map(({ law, what }) => ({ law, what: `connection lost ${pointName(point)}: ${what}` }));

/**
 * The connection is lost at each message of a claim, before the server has it and after the server
 * has done it.
 */
export const lostConnection: FaultScenario = {
  name: 'lost-connection',
  title:
    'the connection is lost at each step of a claim, before and after the server has it; then the claim is made again',
  scope: 'one-process',
  async run(bench) {
    await using guide = await bench.open();
    const walk = await recordSteps(bench, guide);
    const both = walk
      .filter(({ side }) => side === 'before')
      .flatMap((point) => [point, { ...point, side: 'after' as const }]);
    const breaches = await Promise.all(
      both.map(async (point) => {
        await using party = await bench.open({ env: bench.shortLeases });
        await (await recorderFor(bench, 1)).claim(party); // greeted, so that the walk is the guide's
        const { crowd, told } = await loseAt(bench, party, point);
        return named(point, [
          ...told,
          ...(await crowd.drainStock(party)),
          ...(await crowd.settle()),
        ]);
      }),
    );
    return breaches.flat();
  },
};

/** One claim whose connection is lost at `point`, and what it is told when it asks again. */
async function loseAt(
  bench: Harness,
  party: ServiceInstance,
  point: InjectionPoint,
): Promise<{ readonly crowd: ClaimRecorder; readonly told: readonly Breach[] }> {
  const crowd = await recorderFor(bench, 1);
  const [user = bench.nobody] = bench.users;
  const id = newClaim();
  const cut = party.wires[point.channel].cutAt(point);
  await crowd.claim(party, { id, user });
  cut.forget();
  const again = await persistently(party, crowd.terms, user, id, 6_000);
  const granted = typeof again !== 'string' && again.kind === 'granted';
  if (granted)
    crowd.history.push({
      claim: { id, user },
      sentAtMs: Date.now(),
      answeredAtMs: Date.now(),
      answer: { kind: 'granted', ordinal: again.ordinal },
    });
  // Asked again, the claim may have been granted only now: its first answer then was true, though a
  // row is there today.
  const first = crowd.history[0];
  if (granted && !again.replayed && first?.answer.kind === 'no-verdict') crowd.history.splice(0, 1);
  return {
    crowd,
    told: breach(
      'replay-tells-the-first-outcome',
      !granted,
      `asked again, it was told ${JSON.stringify(again)}`,
    ),
  };
}
