import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach } from '@jest/globals';
import type { IssuanceStrategy } from '@coupon/application';
import { claimId, type ClaimId, type Terms, type UserId } from '@coupon/domain';
import type { Warnings } from '../src/index.js';
import { GrantStreams, type StreamedGrant } from '../src/redis-counter/grant-stream.js';
import { GrantWriter } from '../src/redis-counter/grant-writer.js';
import { GRANTED_CLAIMS, keysOf, SEEDED_COUPONS } from '../src/redis-counter/keys.js';
import { withCounterCommands } from '../src/redis-counter/scripts.js';
import { strategyFixture, type StrategyFixture } from './fixture.js';

type Opened = IssuanceStrategy & Warnings & AsyncDisposable;

const NOTICED_WITHIN_MS = 10_000;

/** What the coupon's counter says. */
export async function counterOf({ redis }: Pick<StrategyFixture, 'redis'>, { couponId }: Terms) {
  const {
    taken = NaN,
    unrecorded = 0,
    total = NaN,
  } = await redis.client.hgetall(keysOf(couponId).counter);
  return {
    taken: Number(taken) - Number(unrecorded),
    lastOrdinal: Number(taken),
    total: Number(total),
  };
}

/** Resolves once the coupon's counter says `expected`; rejects if it does not soon. */
export async function countedAs(
  fixture: Pick<StrategyFixture, 'redis'>,
  terms: Terms,
  expected: Partial<Awaited<ReturnType<typeof counterOf>>>,
): Promise<void> {
  const untilMs = performance.now() + NOTICED_WITHIN_MS;
  for (;;) {
    const counted = await counterOf(fixture, terms);
    if (JSON.stringify({ ...counted, ...expected }) === JSON.stringify(counted)) return;
    if (performance.now() > untilMs)
      throw new Error(`${JSON.stringify(counted)} instead of ${JSON.stringify(expected)}`);
    await sleep(20);
  }
}

/** A fixture for redis-counter, with a writer that a test runs by hand. */
export function counterFixture() {
  const fixture = strategyFixture();
  const opened: AsyncDisposable[] = [];
  // after each test, since a worker records the grants of every coupon of the fixture
  afterEach(async () => {
    for (const strategy of opened.splice(0)) await strategy[Symbol.asyncDispose]();
  });
  const open = async (env: Record<string, string> = {}): Promise<Opened> => {
    const strategy = await fixture.open('redis-counter', env);
    opened.push(strategy);
    return strategy;
  };
  return {
    fixture,
    open,
    /** Only issues: nothing is recorded until a test writes it. */
    openIssuing: (): Promise<Opened> => open({ REDIS_COUNTER_SETTLER: 'apart' }),
    user: (n: number): UserId => fixture.users[n] ?? fixture.user,
    newId: (): ClaimId => claimId(randomUUID()),
    /** What is left, and the ordinals of the rows, once everything is recorded. */
    async recorded(terms: Terms) {
      const { quantity, rows } = await fixture.rowsOf(terms);
      return { left: quantity, ordinals: rows.map(({ ordinal }) => ordinal) };
    },
    /** Removes everything that a FLUSHALL would remove of the coupon. */
    flush: (terms: Terms): Promise<number> =>
      fixture.redis.client.del(
        ...Object.values<string>({ ...keysOf(terms.couponId) }),
        GRANTED_CLAIMS,
        SEEDED_COUPONS,
      ),
    /** A writer to which the coupon's undelivered grants were delivered; it writes when told to. */
    async manualWriter(terms: Terms) {
      const client = withCounterCommands(fixture.redis.client);
      const streams = new GrantStreams(client, randomUUID(), 100);
      const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
      const writer = new GrantWriter(fixture.mysql, client, log, {
        count: (event) => fixture.counted.push(event),
      });
      const delivered = await streams.undelivered([terms.couponId], null);
      const pending: readonly StreamedGrant[] = delivered.get(terms.couponId) ?? [];
      return {
        pending,
        write: (from = 0): Promise<void> => writer.write(terms.couponId, pending.slice(from)),
      };
    },
  };
}
