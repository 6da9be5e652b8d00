import { DuplicateClaim, NoVerdict, type Deadline, type MonotonicClock } from '@coupon/application';
import type { Claim, Verdict } from '@coupon/domain';
import type { BatchStrategy } from './issue-within.js';

/** A claim and the two ends of its promise. */
export interface PendingClaim {
  readonly claim: Claim;
  readonly deadline: Deadline;
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: unknown) => void;
}

/** Settles every claim of a batch. Never rejects; calls `batch` less than twice for each claim. */
export async function runBatch(
  batch: BatchStrategy,
  claims: readonly PendingClaim[],
  clock: MonotonicClock,
): Promise<void> {
  const parts = [claims];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const inTime = rejectExpired(part, clock.monotonicMs());
    try {
      await executeRun(batch, inTime);
    } catch (error) {
      parts.push(
        ...retryPlan(inTime, error, clock.monotonicMs())
          .filter((rest) => rest.length > 0)
          .reverse(),
      );
    }
  }
}

/**
 * The claims that are in time; a part that runs again has none of the others, whose deadline would
 * end it at once.
 */
function rejectExpired(part: readonly PendingClaim[], nowMs: number): readonly PendingClaim[] {
  const isInTime = ({ deadline }: PendingClaim): boolean => deadline.atMs > nowMs;
  for (const { claim, reject } of part.filter((pending) => !isInTime(pending)))
    reject(new NoVerdict('contended', `claim ${claim.id}: deadline passed before its batch ran`));
  return part.filter(isInTime);
}

/** Runs under the earliest deadline, so that the batch cannot outlast any of them. */
async function executeRun(batch: BatchStrategy, part: readonly PendingClaim[]): Promise<void> {
  const [first] = part;
  if (first === undefined) return;
  const { deadline } = part.reduce(
    (earliest, next) => (next.deadline.atMs < earliest.deadline.atMs ? next : earliest),
    first,
  );
  const verdicts = await batch.issueAll(
    first.claim.terms,
    part.map(({ claim }) => claim),
    deadline,
  );
  if (verdicts.length !== part.length)
    throw new Error(`${verdicts.length} verdicts for ${part.length} claims`);
  verdicts.forEach((verdict, n) => part[n]?.resolve(verdict));
}

/**
 * After a batch failed and recorded nothing: rejects the claims that the failure concerns, and
 * returns the batches to run again.
 *
 * - DuplicateClaim rejects the claims that it names, and the others run again. If it names none, or
 *   the error is a bug or may concern one claim, one of the claims causes it: bisect.
 * - 'contended' comes when the earliest deadline passes: claims past their deadline are rejected,
 *   the others run again.
 * - Any other NoVerdict concerns what all of them depend on. 'indeterminate' above all: running
 *   again could issue twice.
 */
function retryPlan(
  part: readonly PendingClaim[],
  error: unknown,
  nowMs: number,
): readonly (readonly PendingClaim[])[] {
  if (error instanceof DuplicateClaim) return withoutDuplicates(part, error);
  if (error instanceof NoVerdict && !error.mayConcernOneClaim)
    return [withoutExpired(part, error, nowMs)];
  if (part.length > 1) return bisect(part);
  for (const { reject } of part) reject(error);
  return [];
}

function withoutDuplicates(
  part: readonly PendingClaim[],
  error: DuplicateClaim,
): readonly (readonly PendingClaim[])[] {
  const ids = new Set(error.claims);
  const named = part.filter(({ claim }) => ids.has(claim.id));
  const others = part.filter(({ claim }) => !ids.has(claim.id));
  const isAlone = part.length === 1;
  if (!isAlone && (named.length === 0 || others.length === 0)) return bisect(part);
  for (const { claim, reject } of isAlone ? part : named)
    reject(new DuplicateClaim([claim.id], { cause: error }));
  return isAlone ? [] : [others];
}

function withoutExpired(
  part: readonly PendingClaim[],
  error: NoVerdict,
  nowMs: number,
): readonly PendingClaim[] {
  const inTime =
    error.kind === 'contended' ? part.filter(({ deadline }) => deadline.atMs > nowMs) : [];
  const others = inTime.length < part.length ? inTime : [];
  for (const pending of part) if (!others.includes(pending)) pending.reject(error);
  return others;
}

const bisect = (part: readonly PendingClaim[]): readonly (readonly PendingClaim[])[] => {
  const middle = Math.ceil(part.length / 2);
  return [part.slice(0, middle), part.slice(middle)];
};
