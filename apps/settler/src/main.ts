import { ConfigFaults, NoVerdict, type Log } from '@coupon/application';
import { openMysql } from '@coupon/mysql';
import { openRedis } from '@coupon/redis';
import { openSettler } from '@coupon/strategies';
import { MemoryCounters, pinoLog } from '@coupon/telemetry';
import { settingsFrom } from './settings.js';

/**
 * The settler of redis-counter as a process of its own: run one, and another to take over; set
 * REDIS_COUNTER_SETTLER=apart at the API.
 */
async function main(): Promise<void> {
  const settings = settingsFrom(process.env);
  const log = pinoLog(settings.logLevel);
  const close = await open(settings, log);
  log.info('settling');
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    void close().then(() => log.info('stopped'));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);
}

/**
 * Opens everything and resolves with what closes it again: the settler first, which settles what is
 * left.
 */
async function open(
  {
    mysql: mysqlSettings,
    redis: redisSettings,
    settler: settlerSettings,
  }: ReturnType<typeof settingsFrom>,
  log: Log,
): Promise<() => Promise<void>> {
  const clock = { nowMs: () => Date.now() };
  const opened: AsyncDisposable[] = [];
  const close = async (): Promise<void> => {
    for (const resource of opened) await resource[Symbol.asyncDispose]();
  };
  try {
    const mysql = openMysql(mysqlSettings, clock);
    opened.unshift(mysql);
    await mysql.ping();
    const redis = await openRedis(redisSettings, log);
    opened.unshift(redis);
    opened.unshift(
      await openSettler(
        { mysql, redis: () => Promise.resolve(redis), clock, log, counters: new MemoryCounters() },
        settlerSettings,
      ),
    );
    return close;
  } catch (error) {
    await close();
    throw error;
  }
}

main().catch((error: unknown) => {
  const where =
    error instanceof NoVerdict ? ' (DATABASE_URL and REDIS_URL say where they are)' : '';
  process.stderr.write(
    error instanceof ConfigFaults
      ? `${error.message}\n`
      : `cannot start: ${error instanceof Error ? error.message : String(error)}${where}\n`,
  );
  process.exitCode = 1;
});
