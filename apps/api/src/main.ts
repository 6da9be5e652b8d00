import cluster from 'node:cluster';
import { startupErrorMessage } from './startup.js';
import { runService } from './run-service.js';
import { serviceSettings } from './settings.js';
import { runWorkers } from './run-workers.js';

async function main(): Promise<void> {
  const settings = await serviceSettings(process.env);
  await (cluster.isPrimary && settings.http.workers > 1
    ? runWorkers(settings)
    : runService(settings));
}

main().catch((error: unknown) => {
  process.stderr.write(`${startupErrorMessage(error, process.env)}\n`);
  process.exitCode = 1;
  cluster.worker?.disconnect();
});
