import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { explore, isWrong, openDatabaseRunner } from '@coupon/interleavings';
import { migrate } from '@coupon/mysql';
import { freshDatabase, provideServices, type Services } from '@coupon/services';
import { pluginNamed } from '@coupon/strategies';
import { scheduleSchema, type Schedule } from '@coupon/results';
import { lostIn, overwritesIn } from '@coupon/ui';

let services: Services;
beforeAll(async () => {
  services = await provideServices({ need: ['database', 'redis'] });
}, 120_000);
afterAll(async () => {
  await services[Symbol.asyncDispose]();
});

async function schedulesOf(name: string): Promise<readonly Schedule[]> {
  const { database, redis } = services;
  if (database === undefined || redis === undefined)
    throw new Error('a database and Redis are needed');
  await using fresh = await freshDatabase(database, 'marks');
  await migrate(fresh.url);
  const env = { ...process.env, DATABASE_URL: fresh.url, REDIS_URL: redis.url };
  await using runner = await openDatabaseRunner({
    plugin: pluginNamed(name),
    env,
    clients: 2,
    instances: 2,
    totalQuantity: 2,
    perUserLimit: null,
    blockedAfterMs: 15,
  });
  return (await explore(runner, { schedulesMax: 200 })).schedules;
}

it.each(['no-lock', 'mysql-for-update', 'mysql-conditional-update'])(
  '%s: what is marked from the statements is what the rows say of every schedule',
  async (name) => {
    const schedules = await schedulesOf(name);
    expect(schedules.length).toBeGreaterThan(1);
    for (const schedule of schedules) {
      const drawn = scheduleSchema.parse(schedule);
      expect({
        order: schedule.order,
        marked: overwritesIn(drawn).length,
        lost: lostIn(drawn),
      }).toEqual({
        order: schedule.order,
        marked: isWrong(schedule.outcome) ? 1 : 0,
        lost: isWrong(schedule.outcome) ? 1 : 0,
      });
    }
    expect(schedules.some(({ outcome }) => isWrong(outcome))).toBe(name === 'no-lock');
  },
  60_000,
);
