import type { Prediction } from '@coupon/results';
import type { Fault, FaultKind } from './fault.js';
import type { Subject } from './subject.js';

/** A rule: what one kind of fault does to a strategy that keeps its guarantees. */
type Rule = (subject: Subject) => Omit<Prediction, 'breaks'>;

const sound = (reason: string) => ({ verdict: 'sound', reason }) as const;
const available = (reason: string) => ({ verdict: 'available', reason }) as const;
const away = (reason: string) => ({ verdict: 'unavailable-until-healed', reason }) as const;

/** By kind of fault, for strategies that hold across processes. */
const rules: Readonly<Record<FaultKind, Rule>> = {
  'database-away': ({ writesBehind }) =>
    writesBehind
      ? available('grants are decided in Redis and recorded when the database is back')
      : away('a grant is recorded before its answer, and the database does not answer'),
  'redis-away': () =>
    away('no claim is decided without Redis, and what it acknowledged is on disk'),
  'redis-forgets': () => sound('the rows are the truth: locks and counters are made again'),
  'api-away': () =>
    sound('the other process goes on; a lock of the one that is gone ends by itself'),
  'rolling-update': () => available('the other process serves while one is replaced'),
  'worker-away': () => available('grants are decided in Redis and recorded when a worker is back'),
  connections: () => sound('a lost connection is made again, and an unknown outcome is looked up'),
  'row-held': () => available('claims of other coupons do not wait for this row'),
  'stock-changed': () => available('a change of the stock is a delta to every strategy'),
  'stock-unsound': () => available('a coupon that does not add up stops alone, by a named problem'),
  'rows-lost': () => sound('the rows are the truth, also when there are fewer'),
  network: () => sound('a late, lost or repeated message changes no outcome'),
  'slow-network': () => available('no wait ends because an answer takes some hundred ms'),
  clock: () => available('no duration and no decision depends on the wall clock'),
  'disk-full': ({ writesBehind }) =>
    writesBehind
      ? sound('what cannot be written is refused, and nothing wrong is written')
      : sound('what cannot be written is refused, and nothing wrong is written'),
};

/** What a strategy that does not hold across processes does, whatever the fault. */
const unguarded: Prediction = {
  verdict: 'breaks',
  breaks: [
    'lost-updates',
    'duplicate-ordinals',
    'over-issued',
    'per-user-limit',
    'missing-ordinals',
  ],
  reason: 'it does not keep the claims of two processes apart, with or without a fault',
};

/** Cells that the rules do not describe, one by one, by `<fault>.<strategy>`. */
const exceptions: Readonly<Record<string, Prediction>> = {};

/** What is expected of this strategy under this fault. */
export function predictionFor(fault: Fault, subject: Subject): Prediction {
  const exception = exceptions[`${fault.name}.${subject.name}`];
  if (exception !== undefined) return exception;
  const { neverLosesUpdates, acrossProcesses } = subject.guarantees;
  if (!neverLosesUpdates || !acrossProcesses) return unguarded;
  return { breaks: [], ...rules[fault.kind](subject) };
}
