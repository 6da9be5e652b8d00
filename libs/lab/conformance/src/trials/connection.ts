import { breach, type Breach } from '../audit.js';
import type { Bench, Instance } from '../bench.js';
import { crowdFor, newClaim, type Crowd } from '../crowd.js';
import type { Trial } from '../trial.js';
import { pointName, walkOf } from '../walk.js';
import type { Point } from '../wire/wire.js';
import { persistently } from './replay.js';

const named = (point: Point, breaches: readonly Breach[]): readonly Breach[] =>
  breaches.map(({ law, what }) => ({ law, what: `connection lost ${pointName(point)}: ${what}` }));

/**
 * The connection is lost at each message of a claim, before the server has it and after the server
 * has done it.
 */
export const lostConnection: Trial = {
  name: 'lost-connection',
  title:
    'the connection is lost at each step of a claim, before and after the server has it; then the claim is made again',
  scope: 'one-process',
  async run(bench) {
    await using guide = await bench.open();
    const walk = await walkOf(bench, guide);
    const both = walk
      .filter(({ side }) => side === 'before')
      .flatMap((point) => [point, { ...point, side: 'after' as const }]);
    const breaches = await Promise.all(
      both.map(async (point) => {
        await using party = await bench.open({ env: bench.shortLeases });
        await (await crowdFor(bench, 1)).claim(party); // greeted, so that the walk is the guide's
        const { crowd, told } = await loseAt(bench, party, point);
        return named(point, [...told, ...(await crowd.buyOut(party)), ...(await crowd.settle())]);
      }),
    );
    return breaches.flat();
  },
};

/** One claim whose connection is lost at `point`, and what it is told when it asks again. */
async function loseAt(
  bench: Bench,
  party: Instance,
  point: Point,
): Promise<{ readonly crowd: Crowd; readonly told: readonly Breach[] }> {
  const crowd = await crowdFor(bench, 1);
  const [user = bench.nobody] = bench.users;
  const id = newClaim();
  const cut = party.wires[point.channel].cutAt(point);
  await crowd.claim(party, { id, user });
  cut.forget();
  const again = await persistently(party, crowd.terms, user, id, 6_000);
  const granted = typeof again !== 'string' && again.kind === 'granted';
  if (granted)
    crowd.told.push({
      claim: { id, user },
      sentAtMs: Date.now(),
      answeredAtMs: Date.now(),
      answer: { kind: 'granted', ordinal: again.ordinal },
    });
  // Asked again, the claim may have been granted only now: its first answer then was true, though a
  // row is there today.
  const first = crowd.told[0];
  if (granted && !again.replayed && first?.answer.kind === 'no-verdict') crowd.told.splice(0, 1);
  return {
    crowd,
    told: breach(
      'replay-tells-the-first-outcome',
      !granted,
      `asked again, it was told ${JSON.stringify(again)}`,
    ),
  };
}
