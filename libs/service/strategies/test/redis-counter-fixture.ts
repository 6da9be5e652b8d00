import { randomUUID } from 'node:crypto';
import { afterEach } from '@jest/globals';
import type { IssuanceStrategy } from '@coupon/application';
import { claimId, type ClaimId, type Terms, type UserId } from '@coupon/domain';
import type { Warnings } from '../src/index.js';
import { GrantStreams, type StreamedGrant } from '../src/redis-counter/grant-stream.js';
import { GrantWriter } from '../src/redis-counter/grant-writer.js';
import { GRANTED_CLAIMS, keysOf, SEEDED_COUPONS } from '../src/redis-counter/keys.js';
import { withCounterCommands } from '../src/redis-counter/scripts.js';
import { strategyFixture } from './fixture.js';

type Opened = IssuanceStrategy & Warnings & AsyncDisposable;

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
