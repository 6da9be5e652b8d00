import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ClaimId, Terms, UserId } from '@coupon/domain';
import { withPatience, type Answer, type Client } from './answer.js';
import { reportSchema, type Order } from './worker-messages.js';

/** A strategy in a process of its own, which can be stopped and killed. */
export interface WorkerProcess extends Client {
  /** SIGSTOP: no instruction of it runs, no timer fires, its connections stay. */
  stop(): void;
  /** SIGCONT. */
  resume(): void;
  /** SIGKILL, and its end awaited. What it has not answered stays unanswered. */
  kill(): Promise<void>;
  isAlive(): boolean;
}

const project = fileURLToPath(new URL('../..', import.meta.url)); // where `tsx` is resolved
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));

/** With setpriv(1) the kernel ends it with us even while it is stopped. */
function start(name: string, env: NodeJS.ProcessEnv): ChildProcess {
  const node = ['--import', 'tsx', '--disable-warning=ExperimentalWarning'];
  const [execPath, execArgv] =
    setpriv === undefined
      ? [process.execPath, node]
      : [setpriv, ['--pdeathsig', 'KILL', '--', process.execPath, ...node]];
  return fork(fileURLToPath(new URL('worker.ts', import.meta.url)), [name], {
    cwd: project,
    execPath,
    execArgv,
    env: { ...process.env, NODE_OPTIONS: undefined, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/**
 * Starts a worker for the strategy of that name or file; `env` names its services. Rejects with why
 * it could not open.
 */
export async function startWorker(name: string, env: NodeJS.ProcessEnv): Promise<WorkerProcess> {
  const child = start(name, env);
  // could not even start: it is gone as well
  const gone = once(child, 'exit').catch(() => undefined);
  const asked = new Map<number, (answer: Answer) => void>();
  let orders = 0;
  const opened = new Promise<void>((resolve, reject) => {
    child.on('message', (message) => {
      const report = reportSchema.parse(message);
      if ('open' in report) resolve();
      else if ('fault' in report) reject(new Error(report.fault));
      else {
        asked.get(report.order)?.(report.answer);
        asked.delete(report.order);
      }
    });
    void gone.then(() => {
      reject(new Error(`the process of ${name} ended`));
      for (const settle of asked.values()) settle({ kind: 'unanswered' });
      asked.clear();
    });
  });
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  await opened.catch(async (error: unknown) => {
    await kill();
    throw error;
  });
  const issue = (terms: Terms, user: UserId, id: ClaimId, waitMs: number): Promise<Answer> => {
    const order: Order = { order: (orders += 1), ...terms, user, claimId: id, waitMs };
    const answer = new Promise<Answer>((resolve) => {
      asked.set(order.order, resolve);
      if (child.connected)
        child.send(order, (error) =>
          error === null ? undefined : resolve({ kind: 'unanswered' }),
        );
      else resolve({ kind: 'unanswered' });
    });
    return withPatience(answer, waitMs);
  };
  return {
    issue,
    stop: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    kill,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    [Symbol.asyncDispose]: kill,
  };
}
