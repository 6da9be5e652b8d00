/**
 * `npm test`: provides the services once, runs lint, typecheck and test of every project through
 * nx, and ends with one line `N passed, N failed, N skipped` over all suites. Exit code 0 only if
 * nothing failed, 130 after Ctrl-C.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provideServices } from '@coupon/services';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const resultsFolder = join(root, '.test-results');
const stop = new AbortController();

/**
 * Runs nx to its end; resolves with the exit code. It gets the same Ctrl-C from the terminal, so it
 * is only waited for.
 */
function nx(args) {
  const env = {
    ...process.env,
    NX_DEFAULT_OUTPUT_STYLE: 'static',
    FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
  };
  const child = spawn(join(root, 'node_modules/.bin/nx'), args, {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  stop.signal.addEventListener('abort', () => child.kill('SIGTERM'));
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}

/** The counts that each project's reporter left. */
function counts() {
  if (!existsSync(resultsFolder)) return [];
  return readdirSync(resultsFolder, { recursive: true })
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(resultsFolder, file), 'utf8')));
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());
rmSync(resultsFolder, { recursive: true, force: true });
let failedRuns = 0;
try {
  const services = await provideServices({
    need: ['database', 'redis', 'k6'],
    log: console.log,
    signal: stop.signal,
  });
  try {
    // Checks first: a project that does not compile should say so, not fail in its tests.
    for (const targets of [
      ['lint', 'typecheck'],
      ['test', 'conformance'],
    ]) {
      if (!stop.signal.aborted && (await nx(['run-many', '-t', ...targets])) !== 0) failedRuns += 1;
    }
  } finally {
    await services[Symbol.asyncDispose]();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  failedRuns += 1;
}
const sum = (field) => counts().reduce((total, count) => total + count[field], 0);
// A failed run that no test accounts for (lint, types, a crash) must show in the closing line too.
const failed = Math.max(sum('failed'), failedRuns);
console.log(`${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped`);
process.exitCode = stop.signal.aborted ? 130 : failed > 0 ? 1 : 0;
