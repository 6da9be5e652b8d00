import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { migrate } from '@coupon/mysql';
import { freshDatabase, provideServices } from '@coupon/services';
import { pluginNamed } from '@coupon/strategies';
import {
  explore,
  isWrong,
  memoryRunner,
  openDatabaseRunner,
  shortest,
  type Exploration,
  type RoundSettings,
} from '../src/index.js';
import type { Schedule } from '@coupon/results';

// A silence means that a statement is blocked: on a machine that stalls, a schedule can be missed
// without any fault of a strategy.
jest.retryTimes(1, { logErrorsBeforeRetry: true });

/** A test of one strategy. nx runs this spec for each that it names, by CONFORMANCE_STRATEGY. */
const itOf = (strategy: string, title: string, test: () => Promise<void>, timeoutMs?: number) => {
  if (strategy === process.env['CONFORMANCE_STRATEGY']) it(`${strategy}${title}`, test, timeoutMs);
};

const opened: AsyncDisposable[] = [];
let where: { DATABASE_URL: string; REDIS_URL: string };
beforeAll(async () => {
  const services = await provideServices({ need: ['database', 'redis'] });
  opened.unshift(services);
  const database = await freshDatabase(services.database, 'interleavings');
  opened.unshift(database);
  await migrate(database.url);
  where = { DATABASE_URL: database.url, REDIS_URL: services.redis.url };
}, 60_000);
afterAll(async () => {
  for (const resource of opened) await resource[Symbol.asyncDispose]();
});

const round = (strategy: string, more: Partial<RoundSettings> = {}): RoundSettings => ({
  plugin: pluginNamed(strategy),
  env: {},
  clients: 2,
  instances: 2,
  totalQuantity: 2,
  perUserLimit: null,
  ...more,
});
const limits = { schedulesMax: 500 };

/** Every schedule on the real database. */
async function onDatabase(settings: RoundSettings): Promise<Exploration> {
  await using runner = await openDatabaseRunner({
    ...settings,
    env: { ...where, ...settings.env },
    blockedAfterMs: 20,
  });
  return await explore(runner, limits);
}

const countsOf = ({ counts }: Exploration) =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

describe('every order of two claims, statement by statement, on the real database', () => {
  itOf('no-lock', ': 30 schedules, 16 lose an update, 12 deadlock, 2 are right', async () => {
    const found = await onDatabase(round('no-lock'));
    expect({ complete: found.complete, ...countsOf(found) }).toEqual({
      complete: true,
      'lost-update': 16,
      deadlock: 12,
      right: 2,
    });
    expect(
      found.schedules
        .filter(({ outcome }) => outcome === 'right')
        .map(({ order }) => order)
        .sort(),
    ).toEqual(['AAAABBBB', 'BBBBAAAA']);

    const lost = shortest(found.schedules, isWrong);
    expect(lost).toMatchObject({
      remaining: 1,
      ordinals: [1, 1],
      told: [
        { kind: 'granted', ordinal: 1 },
        { kind: 'granted', ordinal: 1 },
      ],
    });
    const reads = lost?.steps
      .filter(({ statement }) => statement === 'SELECT coupons')
      .map(({ valueRead }) => valueRead);
    expect(reads).toEqual([
      { quantity: 2, version: 0 },
      { quantity: 2, version: 0 },
    ]);

    const deadlock = shortest(found.schedules, (outcome) => outcome === 'deadlock');
    expect(deadlock?.steps).toContainEqual(
      expect.objectContaining({ statement: 'UPDATE coupons', effect: 'errno 1213' }),
    );
    expect(deadlock?.steps).toContainEqual(
      expect.objectContaining({ statement: 'UPDATE coupons', effect: '1 row', blocked: true }),
    );
  });

  itOf('no-lock', ': where there is one coupon, the same 16 give out two', async () => {
    expect(countsOf(await onDatabase(round('no-lock', { totalQuantity: 1 })))).toEqual({
      'over-issued': 16,
      deadlock: 12,
      right: 2,
    });
  });

  itOf('local-mutex', ': as no-lock between two processes, and one schedule in one', async () => {
    expect(countsOf(await onDatabase(round('local-mutex')))).toMatchObject({ 'lost-update': 16 });
    expect(countsOf(await onDatabase(round('local-mutex', { instances: 1 })))).toEqual({
      right: 1,
    });
  });

  for (const [name, schedules] of [
    ['mysql-for-update', 8],
    ['mysql-conditional-update', 8],
    ['mysql-named-lock', 12],
    ['mysql-optimistic', 54],
    ['group-commit', 4], // its transactions are two messages each
    ['redis-spin-lock', 1],
  ] as const)
    itOf(name, `: ${schedules} schedules, and none is wrong`, async () => {
      const found = await onDatabase(round(name));
      expect({ complete: found.complete, ...countsOf(found) }).toEqual({
        complete: true,
        right: schedules,
      });
    });

  for (const name of ['mysql-for-update', 'mysql-conditional-update'])
    itOf(
      name,
      ': neither gives a user more than the limit, nor anybody the coupon after the last',
      async () => {
        expect(Object.keys(countsOf(await onDatabase(round(name, { perUserLimit: 1 }))))).toEqual([
          'right',
        ]);
        expect(Object.keys(countsOf(await onDatabase(round(name, { totalQuantity: 1 }))))).toEqual([
          'right',
        ]);
      },
    );
});

/**
 * Everything that must be equal: all but the times. Each client's statements in order, since two
 * answers can cross on their way; and whether they waited, except for a deadlock's victim, whose
 * answer is late on a busy machine either way.
 */
const withoutTimes = ({ order, outcome, told, remaining, ordinals, steps }: Schedule) => ({
  order,
  outcome,
  told,
  remaining,
  ordinals,
  steps: told.map((_, client) =>
    steps
      .filter((step) => step.client === client)
      .map(({ statement, effect, blocked, valueRead, valueWritten }) => ({
        statement,
        effect,
        blocked: effect.startsWith('errno') || blocked,
        valueRead,
        valueWritten,
      })),
  ),
});
const byOrder = ({ schedules }: Exploration) =>
  schedules.map(withoutTimes).sort((a, b) => (a.order < b.order ? -1 : 1));

describe('the database in memory agrees with the real one in answers, rows, reads, waits', () => {
  for (const [name, more] of [
    ['no-lock', {}],
    ['no-lock', { totalQuantity: 1 }],
    ['mysql-for-update', {}],
    ['mysql-for-update', { perUserLimit: 1 }],
    ['mysql-optimistic', { env: { MYSQL_OPTIMISTIC_ATTEMPTS_MAX: '1' } }],
  ] as const)
    itOf(name, ` ${JSON.stringify(more)}`, async () => {
      const settings = round(name, more);
      expect(byOrder(await explore(memoryRunner(settings), limits))).toEqual(
        byOrder(await onDatabase(settings)),
      );
    });

  for (const name of ['mysql-optimistic', 'mysql-serializable'])
    itOf(
      name,
      ', which tries again',
      async () => {
        const settings = round(name, {
          env: { MYSQL_OPTIMISTIC_PAUSE_MAX_MS: '1', MYSQL_SERIALIZABLE_PAUSE_MAX_MS: '1' },
        });
        expect(byOrder(await explore(memoryRunner(settings, 10), limits))).toEqual(
          byOrder(await onDatabase(settings)),
        );
      },
      120_000,
    );
});
