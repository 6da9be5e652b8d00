import { violates } from '@coupon/checker';
import {
  violationKinds,
  type FaultKind,
  type Prediction,
  type ViolationKind,
} from '@coupon/results';
import type { Fault } from './fault.js';
import type { Subject } from './subject.js';

/** A rule: what one kind of fault does to a strategy that keeps its guarantees. */
type Rule = (subject: Subject) => Prediction;

const expects =
  (verdict: Exclude<Prediction['verdict'], 'breaks'>) =>
  (reason: string): Prediction => ({ verdict, breaks: [], reason });
const sound = expects('sound');
const available = expects('available');
const away = expects('unavailable-until-healed');
const breaks = (reason: string, ...kinds: readonly ViolationKind[]): Prediction => ({
  verdict: 'breaks',
  breaks: [...kinds],
  reason,
});

/** What is wrong with the rows when two claims were decided on one stock snapshot. */
const damage = violationKinds.filter(
  (kind) => violates[kind] === 'neverOverIssues' || violates[kind] === 'neverLosesUpdates',
);

/** What shows that grants were forgotten, and given again later under another number. */
const forgotten: readonly ViolationKind[] = [
  'granted-without-row',
  'ordinal-differs',
  'replay-differs',
  'out-of-order',
  'issued-outside-claim',
];

/** By kind of fault, for strategies that hold across processes. */
const rules: Readonly<Record<FaultKind, Rule>> = {
  'database-away': ({ writesBehind }) =>
    writesBehind
      ? available('grants are decided in Redis and recorded when the database is back')
      : away('a grant is recorded before its answer, and the database does not answer'),
  'redis-away': () =>
    away('no claim is decided without Redis, and what it acknowledged is on disk'),
  'redis-forgets': ({ writesBehind }) =>
    writesBehind
      ? breaks(
          'grants not recorded yet were only in Redis, without a file; a replay is granted anew',
          ...forgotten,
        )
      : sound('the rows are the truth, and a lock ends with the connection that held it'),
  'redis-flushed': ({ writesBehind, guarantees }) => {
    if (writesBehind)
      return breaks(
        'a flush loses the grants that are not recorded yet; a replay is granted anew',
        ...forgotten,
      );
    return guarantees.survivesPausedHolder
      ? sound('a second holder finds another version than it read, and issues nothing')
      : breaks('a lock that Redis forgets has two holders, and only fencing tells them', ...damage);
  },
  'api-away': () =>
    sound('the other process goes on; a lock of the one that is gone ends by itself'),
  'rolling-update': () => available('the other process serves while one is replaced'),
  'worker-away': () => available('grants are decided in Redis and recorded when a worker is back'),
  connections: () => sound('a lost connection is made again, and an unknown outcome is looked up'),
  'row-held': () => sound('nothing wrong is written, and claims end at their deadline'),
  'stock-changed': () => available('a change of the stock is a delta to every strategy'),
  'stock-unsound': () => available('a coupon that does not add up stops alone, by a named problem'),
  'rows-lost': ({ writesBehind }) =>
    writesBehind
      ? breaks(
          'grants go on with the next unused ordinals, and Redis answers replays of what it gave',
          'missing-ordinals',
          'granted-without-row',
        )
      : sound('the rows are the truth, also when there are fewer'),
  network: () => sound('a late, lost or repeated message changes no outcome'),
  'slow-network': ({ writesBehind }) =>
    writesBehind
      ? available('a grant takes one answer, and claims do not wait for each other')
      : sound('a coupon’s claims take turns of several answers: most end contended meanwhile'),
  clock: () => available('no duration and no decision depends on the wall clock'),
  'disk-full': () => sound('what cannot be written is refused, and nothing wrong is written'),
};

/** What a strategy that does not hold across processes does, whatever the fault. */
const unguarded = breaks(
  'it does not keep the claims of two processes apart, with or without a fault',
  ...damage,
);

/** By chance: what breaks then is no difference, and neither is that nothing breaks. */
const endsLeasesEarly: Prediction = {
  verdict: 'available',
  breaks: damage,
  reason: 'a lease that Redis’s clock ends early may have a second holder: only fencing tells them',
};

/** Cells that the rules do not describe, one by one, by `<fault>.<strategy>`. */
const exceptions: Readonly<Record<string, Prediction>> = {
  ...Object.fromEntries(
    ['redis-spin-lock', 'redis-pubsub-lock', 'redis-queue-lock'].map((name) => [
      `redis-clock-ahead.${name}`,
      endsLeasesEarly,
    ]),
  ),
  'slow-drip.redis-counter': sound(
    'one connection carries the claims of a process, more than drip through it: ' +
      'answers come too late, and replays find them',
  ),
};

/** What is expected of this strategy under this fault. */
export function predictionFor(fault: Fault, subject: Subject): Prediction {
  const exception = exceptions[`${fault.name}.${subject.name}`];
  if (exception !== undefined) return exception;
  const { neverLosesUpdates, acrossProcesses } = subject.guarantees;
  if (!neverLosesUpdates || !acrossProcesses) return unguarded;
  return rules[fault.kind](subject);
}
