import { setTimeout as sleep } from 'node:timers/promises';
import { NoVerdict, RequestDeadline, type IssueOutcome } from '@coupon/application';
import type { ClaimId, Terms, UserId } from '@coupon/domain';
import { breach, type Breach } from '../audit.js';
import type { ServiceInstance } from '../harness.js';
import { ClaimRecorder, newClaim } from '../claim-recorder.js';
import { clock } from '../clients/answer.js';
import type { FaultScenario } from '../fault-scenario.js';

const WAIT_MS = 4_000;

/** The use case's answer to a claim with a key; a string where it has none. */
async function keyed(
  party: ServiceInstance,
  { couponId }: Terms,
  user: UserId,
  id: ClaimId,
): Promise<IssueOutcome | string> {
  using deadline = new RequestDeadline(clock, WAIT_MS);
  try {
    return await party.useCase.issue(
      { couponId, user, claimId: id, hasIdempotencyKey: true },
      deadline,
    );
  } catch (error) {
    return error instanceof NoVerdict ? error.kind : `error ${String(error)}`;
  }
}

/** Asks again while nobody can say, as a client would. */
export async function persistently(
  party: ServiceInstance,
  terms: Terms,
  user: UserId,
  id: ClaimId,
  forMs = WAIT_MS,
): Promise<IssueOutcome | string> {
  for (const untilMs = clock.nowMs() + forMs; ; await sleep(30)) {
    const outcome = await keyed(party, terms, user, id);
    if (typeof outcome !== 'string' || outcome.startsWith('error') || clock.nowMs() > untilMs)
      return outcome;
  }
}

const numberOf = (outcome: IssueOutcome | string): number | string =>
  typeof outcome === 'string'
    ? outcome
    : outcome.kind === 'granted'
      ? outcome.ordinal
      : outcome.reason;

/**
 * The same key again: one after the other, at once, after the last coupon is gone, from somebody
 * else, for something else.
 */
export const replay: FaultScenario = {
  name: 'replay',
  title:
    'a claim id used again: later, many times at once, after sold out, by another user, for another coupon',
  scope: 'one-process',
  async run(bench) {
    await using party = await bench.open();
    const [terms, other] = [await bench.coupon(3), await bench.coupon(3)];
    const [user = bench.nobody, stranger = bench.nobody] = bench.users;
    const [one, many] = [newClaim(), newClaim()];
    const broken = (what: string, is: unknown, due: unknown): readonly Breach[] =>
      breach(
        'replay-tells-the-first-outcome',
        is !== due,
        `${what}: ${String(is)}, due was ${String(due)}`,
      );
    const first = numberOf(await persistently(party, terms, user, one));
    const again = numberOf(await persistently(party, terms, user, one));
    const atOnce = await Promise.all(
      Array.from({ length: 8 }, () => keyed(party, terms, user, many)),
    );
    const number = numberOf(await persistently(party, terms, user, many));
    const apart = atOnce
      .map(numberOf)
      .filter((told) => typeof told === 'number' && told !== number);
    const stolen = numberOf(await persistently(party, terms, stranger, one));
    const misused = numberOf(await persistently(party, other, user, one));
    const third = newClaim();
    const last = numberOf(await persistently(party, terms, user, third));
    const soldOut = numberOf(await persistently(party, terms, user, newClaim()));
    const afterwards = numberOf(await persistently(party, terms, user, one));
    const crowd = new ClaimRecorder(bench, terms);
    for (const [id, ordinal] of [
      [one, first],
      [many, number],
      [third, last],
    ] as const) {
      if (typeof ordinal === 'number')
        crowd.history.push({
          claim: { id, user },
          sentAtMs: 0,
          answeredAtMs: 0,
          answer: { kind: 'granted', ordinal },
        });
    }
    const settled = await crowd.settle();
    const { rows, quantity } = await bench.books(terms);
    return [
      ...settled,
      ...breach(
        'replay-tells-the-first-outcome',
        typeof first !== 'number',
        `the first answer was ${first}`,
      ),
      ...broken('told again', again, first),
      ...broken('eight at once, some with other numbers', apart.length, 0),
      ...broken('another user with the same key', stolen, 'KEY_REUSED'),
      ...broken('the same key for another coupon', misused, 'KEY_REUSED'),
      ...broken('the third coupon', typeof last, 'number'),
      ...broken('the fourth claim', soldOut, 'SOLD_OUT'),
      ...broken('told again after sold out', afterwards, first),
      ...broken('rows and what remains', `${rows.length} ${quantity}`, '3 0'),
      ...broken(
        'rows of the two keys',
        rows.filter((row) => row.claimId === one || row.claimId === many).length,
        2,
      ),
      ...broken('rows of another coupon', (await bench.books(other)).rows.length, 0),
    ];
  },
};
