import { fileURLToPath } from 'node:url';
import type { Plugin } from '@coupon/strategies';
import type { Breakage } from '../src/examine.js';
import answerBeforeCommit from './answer-before-commit.js';
import counterWithoutLimit from './counter-without-limit.js';
import deafToDeadlines from './deaf-to-deadlines.js';
import deleteWithoutCompare from './delete-without-compare.js';
import forUpdateOutside from './for-update-outside.js';
import forgetfulBatching from './forgetful-batching.js';
import leaseWithoutToken from './lease-without-token.js';
import lockKeptOnFailure from './lock-kept-on-failure.js';
import lockOnAnotherConnection from './lock-on-another-connection.js';
import lockWithoutLease from './lock-without-lease.js';
import lostCommitAgain from './lost-commit-again.js';
import lostCommitIsNo from './lost-commit-is-no.js';
import oneLineForAll from './one-line-for-all.js';
import optimisticWithoutVersion from './optimistic-without-version.js';
import releaseBeforeCommit from './release-before-commit.js';
import replayIssuesAgain from './replay-issues-again.js';
import skippedIsSoldOut from './skipped-is-sold-out.js';
import soldOutTooSoon from './sold-out-too-soon.js';
import tokenAtTheWrite from './token-at-the-write.js';
import underclaimed from './too-modest.js';
import updateBeforeInsert from './update-before-insert.js';

/** A strategy that is wrong in one way, with the trial and the law that must find it out. */
export interface Mutant {
  readonly plugin: Plugin;
  readonly trial: string;
  readonly law: Breakage['law'];
}

const mutant = (plugin: Plugin, trial: string, law: Breakage['law']): Mutant => ({
  // other processes load it from there
  plugin: { ...plugin, source: fileURLToPath(new URL(`${plugin.name}.ts`, import.meta.url)) },
  trial,
  law,
});

/** Every mutant there is. */
export const mutants: readonly Mutant[] = [
  mutant(releaseBeforeCommit, 'rush', 'no-coupon-too-many'),
  mutant(updateBeforeInsert, 'rush', 'no-lost-update'),
  mutant(forUpdateOutside, 'rush', 'numbered-once-each'),
  mutant(optimisticWithoutVersion, 'rush', 'no-lost-update'),
  mutant(answerBeforeCommit, 'rush', 'recorded-on-return'),
  mutant(forgetfulBatching, 'rush', 'answered-in-time'),
  mutant(counterWithoutLimit, 'limit', 'per-user-limit'),
  mutant(skippedIsSoldOut, 'enough', 'sold-out-is-true'),
  mutant(replayIssuesAgain, 'replay', 'replay-tells-the-first-outcome'),
  mutant(lockOnAnotherConnection, 'pool-of-one', 'one-connection-is-enough'),
  mutant(oneLineForAll, 'neighbours', 'coupons-do-not-touch'),
  mutant(lockKeptOnFailure, 'neighbours', 'coupons-do-not-touch'),
  mutant(deafToDeadlines, 'slow-transaction', 'answered-in-time'),
  mutant(lostCommitIsNo, 'lost-connection', 'answers-match-rows'),
  mutant(lostCommitAgain, 'lost-connection', 'replay-tells-the-first-outcome'),
  mutant(soldOutTooSoon, 'lost-connection', 'sells-out'),
  mutant(deleteWithoutCompare, 'late-release', 'late-release-is-harmless'),
  mutant(leaseWithoutToken, 'late-release', 'late-release-is-harmless'),
  mutant(tokenAtTheWrite, 'paused-holder', 'no-coupon-too-many'),
  mutant(lockWithoutLease, 'killed-holder', 'recovers'),
  mutant(underclaimed, 'all', 'acrossProcesses'),
];
