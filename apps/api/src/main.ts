import 'reflect-metadata';
import cluster from 'node:cluster';
import { bootFault } from './boot.js';
import { serve } from './serve.js';
import { serviceSettings } from './settings.js';
import { runWorkers } from './workers.js';

async function main(): Promise<void> {
  const settings = await serviceSettings(process.env);
  await (cluster.isPrimary && settings.http.workers > 1 ? runWorkers(settings) : serve(settings));
}

main().catch((error: unknown) => {
  process.stderr.write(`${bootFault(error, process.env)}\n`);
  process.exitCode = 1;
  cluster.worker?.disconnect();
});
