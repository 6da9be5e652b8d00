/**
 * `npm test`: checks the form of the repository, provides the services once, runs lint, typecheck,
 * test and conformance of every project through nx, and ends with one line `N passed, N failed,
 * N skipped` over all of them; each check of form counts as one. Exit code 0 only if nothing
 * failed, 130 after Ctrl-C. `npm run check` runs the checks of form alone.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provideServices } from '@coupon/services';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const nx = join(root, 'node_modules/.bin/nx');
const resultsFolder = join(root, '.test-results');
const stop = new AbortController();

/** What holds the repository's form: npm scripts, with their arguments. */
const checks = [
  ['format:check'],
  ['knip'],
  ['syncpack'],
  ['spell'],
  ['docs:graph', '--', '--check'],
  ['sync:check'],
];

/**
 * Runs a program to its end; resolves with the exit code. It gets the same Ctrl-C from the
 * terminal, so it is only waited for.
 */
function run(program, args) {
  const env = {
    ...process.env,
    NX_DEFAULT_OUTPUT_STYLE: 'static',
    FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
  };
  const child = spawn(program, args, { cwd: root, env, stdio: 'inherit' });
  stop.signal.addEventListener('abort', () => child.kill('SIGTERM'));
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}

/** Runs the checks one after the other; resolves with their counts. */
async function checkForm() {
  const broken = [];
  for (const check of checks) {
    if (stop.signal.aborted) break;
    if ((await run('npm', ['run', '--silent', ...check])) !== 0) broken.push(check[0]);
  }
  if (broken.length > 0) console.error(`checks that failed: ${broken.join(', ')}`);
  return { passed: checks.length - broken.length, failed: broken.length, skipped: 0 };
}

/** Runs lint, types and tests of every project; resolves with how many of the two runs failed. */
async function runProjects() {
  let failedRuns = 0;
  const services = await provideServices({
    need: ['database', 'redis', 'k6'],
    log: console.log,
    signal: stop.signal,
  });
  try {
    // Lint and types first: a project that does not compile should say so, not fail in its tests.
    for (const targets of [
      ['lint', 'typecheck'],
      ['test', 'conformance'],
    ]) {
      if (stop.signal.aborted) break;
      if ((await run(nx, ['run-many', '-t', ...targets])) !== 0) failedRuns += 1;
    }
  } finally {
    await services[Symbol.asyncDispose]();
  }
  return failedRuns;
}

/** The counts that each project's reporter left. */
function counts() {
  if (!existsSync(resultsFolder)) return [];
  return readdirSync(resultsFolder, { recursive: true })
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(resultsFolder, file), 'utf8')));
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());
const form = await checkForm();
let tests = { passed: 0, failed: 0, skipped: 0 };
if (!process.argv.includes('--checks-only')) {
  rmSync(resultsFolder, { recursive: true, force: true });
  const failedRuns = await runProjects().catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  });
  const sum = (field) => counts().reduce((total, count) => total + count[field], 0);
  // A failed run that no test accounts for (lint, types, a crash) must show in the closing line
  // too.
  tests = {
    passed: sum('passed'),
    failed: Math.max(sum('failed'), failedRuns),
    skipped: sum('skipped'),
  };
}
const total = (field) => form[field] + tests[field];
console.log(`${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`);
process.exitCode = stop.signal.aborted ? 130 : total('failed') > 0 ? 1 : 0;
