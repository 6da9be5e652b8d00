import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { thisMachine } from './machine.js';
import { provision } from './provision.js';
import { run } from './run.js';
import { ServiceError } from './service-error.js';

/** libfaketime reads its file again after this many seconds. */
const CACHE_S = 1;

/** A wall clock that can be set, of the processes that are started with its variables. */
export interface FakedClock extends AsyncDisposable {
  /** The variables that make a process use it. Its monotonic clock stays the machine's. */
  readonly env: Readonly<Record<string, string>>;
  /** Sets it so many seconds before (below 0) or after the machine's; true within two seconds. */
  set(offsetS: number): void;
}

/**
 * Makes a clock, which is right until it is set, by libfaketime; finds or installs that. Throws
 * ServiceMissing or ServiceError.
 */
export async function fakedClock(): Promise<FakedClock> {
  const { signal } = new AbortController(); // never aborts
  const { faketime = 'faketime' } = await provision(
    ['faketime'],
    thisMachine(process.env),
    () => undefined,
    signal,
  );
  // The program knows where its library is.
  const asked = await run([faketime, '-f', '+0', 'printenv', 'LD_PRELOAD'], 10_000);
  const library = asked.output.trim().split(/[\s:]/)[0];
  if (asked.failure !== null || !library)
    throw new ServiceError(`${faketime} does not work here: ${asked.failure ?? 'no library'}`);
  const folder = mkdtempSync(join(tmpdir(), 'faked-clock-'));
  const file = join(folder, 'offset');
  const set = (offsetS: number): void => {
    writeFileSync(`${file}.draft`, `${offsetS < 0 ? '' : '+'}${offsetS}\n`);
    renameSync(`${file}.draft`, file);
  };
  set(0);
  return {
    env: {
      // With libc before a program's own allocator: jemalloc asks for the time in its own start,
      // which libfaketime, not yet started, answers by calling itself.
      LD_PRELOAD: `${library} libc.so.6`,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: String(CACHE_S),
      FAKETIME_DONT_FAKE_MONOTONIC: '1', // cspell:ignore DONT
    },
    set,
    [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}
