import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DisposalStack, RequestDeadline, systemClock } from '@coupon/application';
import { claimId } from '@coupon/domain';
import { provideServices } from '@coupon/services';
import { pluginNamed } from '@coupon/strategies';
import { buildSettlerAndApi, RestartableProcess } from './restartable-process.js';
import { openSettlerFixture, type SettlerFixture } from './settler-fixture.js';

const opened = new DisposalStack();
let fixture: SettlerFixture;
let settlerFile: string;

beforeAll(async () => {
  settlerFile = join(buildSettlerAndApi('settler'), 'main.js');
  const { redis } = opened.use(await provideServices({ need: ['redis'] }));
  fixture = opened.use(
    await openSettlerFixture('settler', redis.url, {
      REDIS_COMMAND_MS: '20000', // thousands of claims at once, on a machine that may be busy
    }),
  );
}, 60_000);
afterAll(() => opened[Symbol.asyncDispose]());

const settlerProcess = (env: Readonly<Record<string, string>>): RestartableProcess =>
  opened.use(new RestartableProcess(settlerFile, 'settling', env));

describe('the settler as a process', () => {
  it('settles at SIGTERM what is left, two of them side by side, each grant once', async () => {
    const { resources, records, fixtures } = fixture;
    const strategy = opened.use(
      await pluginNamed('redis-counter').configure(fixture.env)(resources),
    );
    const [user] = await fixtures.createUsers(1);
    if (user === undefined) throw new Error('one was created');
    const terms = await fixtures.createCoupon(3_000);
    const settlers = [settlerProcess(fixture.env), settlerProcess(fixture.env)];
    await Promise.all(settlers.map((settler) => settler.start()));
    await Promise.all(
      Array.from({ length: 2_000 }, async () => {
        using deadline = new RequestDeadline(systemClock, 20_000);
        await strategy.issue({ id: claimId(randomUUID()), terms, user }, deadline);
      }),
    );
    await Promise.all(settlers.map((settler) => settler.stop()));
    const { grants = [] } = (await records.read(terms.couponId)) ?? {};
    expect(grants.map(({ ordinal }) => ordinal).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 2_000 }, (_, n) => n + 1),
    );
    for (const { lines } of settlers) expect(lines.at(-1)).toContain('stopped');
  }, 60_000);

  it('reports all faults of its settings at once, and which server it cannot reach', async () => {
    await expect(
      settlerProcess({
        REDIS_URL: 'http://x',
        REDIS_COUNTER_BATCH_MAX: '0',
      }).start(),
    ).rejects.toThrow(
      /DATABASE_URL=[^]*REDIS_URL=[^]*REDIS_COUNTER_BATCH_MAX=0: must be a whole number from 1/,
    );
    await expect(
      settlerProcess({ ...fixture.env, REDIS_URL: 'redis://127.0.0.1:1' }).start(),
    ).rejects.toThrow(/cannot start: redis: [^]*REDIS_URL/);
    await expect(
      settlerProcess({ ...fixture.env, REDIS_COUNTER_CLAIM_IDLE_MS: '4000' }).start(),
    ).rejects.toThrow(
      /REDIS_COUNTER_CLAIM_IDLE_MS=4000: must be more than MYSQL_TRANSACTION_MAX_MS/,
    );
  });
});
