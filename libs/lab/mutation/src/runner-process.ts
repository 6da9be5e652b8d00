import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { reportSchema, type Kill, type Task } from './messages.js';

/** How an attack on a mutant ended. */
export type AttackOutcome =
  { readonly kind: 'killed'; readonly kill: Kill } | { readonly kind: 'survived' };

/** A process that attacks mutants, replaced by a new one where a mutant ends it. */
export interface Runner extends AsyncDisposable {
  /** Attacks one plugin. Never rejects for what a mutant does. */
  run(task: Task): Promise<AttackOutcome>;
}

/** One scenario takes no longer, tries included, or a mutant has stopped it. */
const SCENARIO_MAX_MS = 150_000;
/** A runner has started by then, the services included. */
const START_MAX_MS = 120_000;

const project = fileURLToPath(new URL('..', import.meta.url)); // where `tsx` is resolved

const startChild = (): ChildProcess =>
  fork(fileURLToPath(new URL('runner.ts', import.meta.url)), [], {
    cwd: project,
    execArgv: ['--import', 'tsx', '--disable-warning=ExperimentalWarning'],
    env: { ...process.env, NODE_OPTIONS: undefined },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });

/** Calls `late` once `beat` has not been called for `ms`. */
function watchdog(ms: number, late: () => void): { beat(): void; stop(): void } {
  let timer = setTimeout(late, ms);
  return {
    beat() {
      clearTimeout(timer);
      timer = setTimeout(late, ms);
    },
    stop: () => clearTimeout(timer),
  };
}

const endOf = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
};

async function start(): Promise<ChildProcess> {
  const child = startChild();
  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`a runner ended with code ${code}`)));
  });
  const watch = watchdog(START_MAX_MS, () => void endOf(child));
  try {
    await ready;
    return child;
  } finally {
    watch.stop();
  }
}

function attack(child: ChildProcess, task: Task): Promise<AttackOutcome> {
  let scenario = 'load';
  const ended = (invariant: string, what: string): AttackOutcome => ({
    kind: 'killed',
    kill: { scenario, invariant, what },
  });
  return new Promise((resolve) => {
    const settle = (outcome: AttackOutcome): void => {
      watch.stop();
      child.removeAllListeners('message').removeAllListeners('exit');
      resolve(outcome);
    };
    const watch = watchdog(SCENARIO_MAX_MS, () => {
      settle(ended('timeout', `no end after ${SCENARIO_MAX_MS} ms`));
      void endOf(child);
    });
    child.on('message', (message) => {
      const report = reportSchema.parse(message);
      watch.beat();
      if ('began' in report) scenario = report.began;
      else if ('failed' in report) {
        settle(ended('crash', report.failed));
        void endOf(child);
      } else if ('killed' in report)
        settle(
          report.killed === null ? { kind: 'survived' } : { kind: 'killed', kill: report.killed },
        );
    });
    child.once('exit', () => settle(ended('crash', 'the process ended')));
    child.send(task);
  });
}

/** Starts a runner. Its process starts with the first task. */
export function openRunner(): Runner {
  let child: ChildProcess | undefined;
  return {
    async run(task) {
      if (child?.connected !== true || child.killed) child = await start();
      return attack(child, task);
    },
    async [Symbol.asyncDispose]() {
      if (child !== undefined) await endOf(child);
    },
  };
}
