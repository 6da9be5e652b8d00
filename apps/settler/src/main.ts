import { ConfigFaults, NoVerdict, openTogether } from '@coupon/application';
import { openResources } from '@coupon/runtime';
import { openWriteBehindWorker } from '@coupon/strategies';
import { settingsFrom, type SettlerSettings } from './settings.js';

/**
 * The settler of redis-counter as a process of its own: run one, and a second to take over; set
 * REDIS_COUNTER_SETTLER=apart at the API.
 */
async function main(): Promise<void> {
  const service = await openService(await settingsFrom(process.env));
  const { log } = service;
  log.info('settling');
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void service[Symbol.asyncDispose]().then(() => log.info('stopped'));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
}

/** Opens the settler on its resources. Disposing settles what is left, then closes them. */
const openService = (settings: SettlerSettings) =>
  openTogether(async (stack) => {
    const resources = stack.use(openResources(settings));
    await resources.mysql.ping();
    stack.use(await openWriteBehindWorker(resources, settings.settler));
    return { log: resources.log };
  });

main().catch((error: unknown) => {
  const hint = error instanceof NoVerdict ? ' (DATABASE_URL and REDIS_URL say where they are)' : '';
  process.stderr.write(
    error instanceof ConfigFaults
      ? `${error.message}\n`
      : `cannot start: ${error instanceof Error ? error.message : String(error)}${hint}\n`,
  );
  process.exitCode = 1;
});
