import { randomUUID } from 'node:crypto';
import { DuplicateClaim, NoVerdict, systemClock, type Deadline } from '@coupon/application';
import {
  claimId,
  couponId,
  judge,
  userId,
  type Claim,
  type ClaimId,
  type Terms,
  type UserId,
} from '@coupon/domain';
import type { BatchStrategy } from '../src/index.js';

/** The system's clocks. */
export const clock = systemClock;
/** The terms of coupon `id`, without a limit per user. */
export const terms = (id = 1, totalQuantity = 1_000_000): Terms => ({
  couponId: couponId(id),
  totalQuantity,
  perUserLimit: null,
});
/** A deadline whose signal never fires. */
export const at = (atMs: number): Deadline => ({ atMs, signal: new AbortController().signal });
/** A deadline that does not pass. */
export const never = at(Number.MAX_SAFE_INTEGER);
/** A claim under the given terms. */
export const claimOf = (
  under = terms(),
  id: ClaimId = claimId(randomUUID()),
  user: UserId = userId(1),
): Claim => ({ id, terms: under, user });

/**
 * A batch strategy over stock in memory. It runs batches one at a time, and fails as the database
 * would: `poison` breaks any batch that contains it; with `nameReplays` the error names a replay.
 */
export const memoryBatches = (
  options: { readonly poison?: ClaimId; readonly nameReplays?: boolean } = {},
) => {
  const { poison, nameReplays = true } = options;
  const batches: string[][] = [];
  const recorded: string[] = [];
  let hold = Promise.resolve();
  let release: () => void = () => undefined;
  const failures: Error[] = [];
  const batch: BatchStrategy = {
    async issueAll(_terms, claims) {
      batches.push(claims.map(({ id }) => id));
      await hold;
      await new Promise(setImmediate);
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      if (claims.some(({ id }) => id === poison)) throw new Error('poisoned');
      const replays = claims.filter(({ id }) => recorded.includes(id));
      if (replays.length > 0)
        throw new DuplicateClaim((nameReplays ? replays.slice(0, 1) : claims).map(({ id }) => id));
      const verdicts = judge({ taken: recorded.length, held: new Map(), readAtMs: 0 }, claims);
      recorded.push(
        ...verdicts.flatMap((verdict) => (verdict.kind === 'granted' ? [verdict.claim.id] : [])),
      );
      return verdicts;
    },
  };
  return {
    batch,
    batches,
    recorded,
    failures,
    stop: () => void (hold = new Promise((resolve) => (release = resolve))),
    go: () => release(),
  };
};

/** The kind of a verdict or of a NoVerdict, or the name of another error. */
export const outcome = (issued: Promise<{ readonly kind: string }>): Promise<string> =>
  issued.then(
    (verdict) => verdict.kind,
    (error: unknown) =>
      error instanceof NoVerdict
        ? error.kind
        : error instanceof Error
          ? error.name
          : 'not an error',
  );
