import { join } from 'node:path';
import { cellsFolder } from '@coupon/faults';
import { execa } from 'execa';
import { resolveStrategies } from '../run/resolve-strategies.js';
import { resultsFolder, root } from '../run/paths.js';
import { runRace } from '../run/race.js';
import { Archive } from './archive.js';
import { exploreAndKeep } from './catalogue.js';
import { openConsole } from './console-server.js';
import { FaultCells } from './fault-cells.js';

const consoleFolder = join(root, 'apps/console');
/** The folder of the built page. */
export const pageFolder = join(consoleFolder, 'dist');

/** Builds the page; takes about a second. */
export async function buildConsole(): Promise<void> {
  await execa(process.execPath, ['build.mjs'], { cwd: consoleFolder });
}

/** Serves the live page until the signal, then stops its job. Resolves with the exit code. */
export async function serveConsole(port: number, signal: AbortSignal): Promise<0> {
  await buildConsole();
  const plugins = await resolveStrategies('all');
  await using page = await openConsole({
    port,
    pageFolder,
    archive: new Archive(resultsFolder),
    faultCells: new FaultCells(cellsFolder),
    plugins,
    jobHandlers: { race: runRace, explore: exploreAndKeep },
  });
  process.stdout.write(
    `The live page, for anyone with this address: ${page.url}\n` +
      'Ctrl-C ends it, and a running race.\n',
  );
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return 0;
}
