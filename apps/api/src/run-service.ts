import cluster from 'node:cluster';
import { checkSchema, seedAdmin } from './startup.js';
import { composeService, type Service } from './composition/compose-service.js';
import { listen } from './http-server.js';
import type { ServiceSettings } from './settings.js';

/**
 * Counted from the end of the drain; the process exits even if something has not closed by then.
 */
const CLOSE_MS = 3_000;

/**
 * Runs the service in this process until a signal drains it. Rejects when it cannot start, with
 * everything closed.
 */
export async function runService(settings: ServiceSettings): Promise<void> {
  const service = await composeService(settings);
  const { server, log } = service;
  process.on('uncaughtException', (error) => {
    log.error('crash', { error });
    process.exit(1);
  });
  try {
    await checkSchema(service);
    if (settings.http.admin !== null) await seedAdmin(service, settings.http.admin);
    const url = await listen(server, settings.http);
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => void stop(service));
    if (cluster.isPrimary) log.info('listening', { url, strategy: settings.plugin.name });
  } catch (error) {
    await service[Symbol.asyncDispose]();
    throw error;
  }
}

/** Drains and closes; the process then ends by itself. */
async function stop(service: Service): Promise<void> {
  if (service.drain.draining) return;
  await service.drain.stop(service.server);
  setTimeout(() => process.exit(1), CLOSE_MS).unref();
  await service[Symbol.asyncDispose]();
  service.log.info('stopped');
  cluster.worker?.disconnect();
}
