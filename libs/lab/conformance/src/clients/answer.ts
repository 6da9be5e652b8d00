import {
  DuplicateClaim,
  NoVerdict,
  RequestDeadline,
  type Clock,
  type IssuanceStrategy,
  type NoVerdictKind,
} from '@coupon/application';
import type { Claim, ClaimId, Refusal, Terms, UserId } from '@coupon/domain';
import { z } from 'zod';

const noVerdictKinds = [
  'contended',
  'deadlocked',
  'lease-lost',
  'unavailable',
  'indeterminate',
] as const satisfies readonly NoVerdictKind[];
const refusals = ['SOLD_OUT', 'LIMIT_REACHED'] as const satisfies readonly Refusal[];

/** What a strategy said to one claim, in a form that goes from process to process. */
export const answerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('granted'), ordinal: z.number() }),
  z.object({ kind: z.literal('refused'), refusal: z.enum(refusals) }),
  z.object({
    kind: z.literal('no-verdict'),
    noVerdict: z.enum(noVerdictKinds),
    message: z.string(),
  }),
  z.object({ kind: z.literal('already-recorded') }),
  z.object({ kind: z.literal('error'), message: z.string() }),
  /** Nothing was said long after the deadline, or the process that was asked is gone. */
  z.object({ kind: z.literal('unanswered') }),
]);

/** See {@link answerSchema}. */
export type Answer = z.infer<typeof answerSchema>;

/** One claim and what it was told, with both times by the kit's clock. */
export interface RecordedClaim {
  readonly claim: { readonly id: ClaimId; readonly user: UserId };
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  readonly answer: Answer;
}

/** The kit's clock: this machine's. */
export const clock: Clock = { nowMs: () => Date.now() };

/**
 * Asks `strategy`, and puts what comes of it into words. Never rejects; may never resolve, as the
 * strategy may not.
 */
export async function answerOf(
  strategy: IssuanceStrategy,
  claim: Claim,
  waitMs: number,
): Promise<Answer> {
  using deadline = new RequestDeadline(clock, waitMs);
  try {
    const verdict = await strategy.issue(claim, deadline);
    return verdict.kind === 'granted'
      ? { kind: 'granted', ordinal: verdict.ordinal }
      : { kind: 'refused', refusal: verdict.refusal };
  } catch (error) {
    return answerOfError(error);
  }
}

/** What a rejection says. */
export function answerOfError(error: unknown): Answer {
  if (error instanceof NoVerdict)
    return { kind: 'no-verdict', noVerdict: error.kind, message: error.message };
  if (error instanceof DuplicateClaim) return { kind: 'already-recorded' };
  return {
    kind: 'error',
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  };
}

/** Somebody who issues coupons: a strategy opened in this process, or a process of its own. */
export interface Client extends AsyncDisposable {
  /**
   * What the strategy says to one claim; 'unanswered' when it is silent for too long after
   * `waitMs`. Never rejects.
   */
  issue(terms: Terms, user: UserId, id: ClaimId, waitMs: number): Promise<Answer>;
}

/**
 * The patience that a claim gets beyond its deadline: the longest transaction, and some for a busy
 * machine.
 */
const SILENCE_MAX_MS = 6_000;

/** `asked`, or 'unanswered' once the claim's deadline is long past. */
export async function withPatience(asked: Promise<Answer>, waitMs: number): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'unanswered' }), waitMs + SILENCE_MAX_MS);
  });
  try {
    return await Promise.race([asked, silence]);
  } finally {
    clearTimeout(timer);
  }
}
