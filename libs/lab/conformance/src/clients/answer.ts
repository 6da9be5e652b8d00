import {
  DuplicateClaim,
  NoVerdict,
  RequestDeadline,
  systemClock,
  type Clock,
  type Deadline,
  type IssuanceStrategy,
  type IssueCoupon,
  type NoVerdictKind,
} from '@coupon/application';
import type { Claim, ClaimId, Terms, UserId } from '@coupon/domain';
import { z } from 'zod';

const noVerdictKinds = [
  'contended',
  'deadlocked',
  'lease-lost',
  'unavailable',
  'inconsistent',
  'indeterminate',
] as const satisfies readonly NoVerdictKind[];

/** The answer to one claim, in a form that processes can exchange. */
export const answerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('granted'),
    ordinal: z.number(),
    /** The use case says that the claim was granted before. */
    replayed: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('refused'), refusal: z.string() }),
  z.object({
    kind: z.literal('no-verdict'),
    noVerdict: z.enum(noVerdictKinds),
    message: z.string(),
  }),
  z.object({ kind: z.literal('already-recorded') }),
  z.object({ kind: z.literal('error'), message: z.string() }),
  /** No answer long after the deadline, or the process that was asked is gone. */
  z.object({ kind: z.literal('unanswered') }),
]);

/** See {@link answerSchema}. */
export type Answer = z.infer<typeof answerSchema>;

/** One claim and its answer, with both times by the kit's clock. */
export interface RecordedClaim {
  readonly claim: { readonly id: ClaimId; readonly user: UserId };
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  readonly answer: Answer;
}

/** The kit's clocks: this machine's. */
export const clock: Clock = systemClock;

/** Answers with what `issue` resolves or rejects with. Never rejects; is silent where it is. */
async function answerWithin(
  waitMs: number,
  issue: (deadline: Deadline) => Promise<Answer>,
): Promise<Answer> {
  using deadline = new RequestDeadline(clock, waitMs);
  try {
    return await issue(deadline);
  } catch (error) {
    return answerOfError(error);
  }
}

/** Asks a strategy for a verdict. Never rejects; may never resolve, as the strategy may not. */
export const askStrategy = (
  strategy: IssuanceStrategy,
  claim: Claim,
  waitMs: number,
): Promise<Answer> =>
  answerWithin(waitMs, async (deadline) => {
    const verdict = await strategy.issue(claim, deadline);
    return verdict.kind === 'granted'
      ? { kind: 'granted', ordinal: verdict.ordinal }
      : { kind: 'refused', refusal: verdict.refusal };
  });

/** Asks the use case, as a client with an idempotency key. Like {@link askStrategy} otherwise. */
export const askUseCase = (
  useCase: IssueCoupon,
  { id, terms, user }: Claim,
  waitMs: number,
): Promise<Answer> =>
  answerWithin(waitMs, async (deadline) => {
    const outcome = await useCase.issue(
      { couponId: terms.couponId, user, claimId: id, hasIdempotencyKey: true },
      deadline,
    );
    return outcome.kind === 'granted'
      ? { kind: 'granted', ordinal: outcome.ordinal, replayed: outcome.replayed }
      : { kind: 'refused', refusal: outcome.reason };
  });

function answerOfError(error: unknown): Answer {
  if (error instanceof NoVerdict)
    return { kind: 'no-verdict', noVerdict: error.kind, message: error.message };
  if (error instanceof DuplicateClaim) return { kind: 'already-recorded' };
  return {
    kind: 'error',
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  };
}

/** The answer in a word or a sentence, as reports show it. */
export function describeAnswer(answer: Answer): string {
  switch (answer.kind) {
    case 'granted':
      return `number ${answer.ordinal}`;
    case 'refused':
      return answer.refusal;
    case 'no-verdict':
      return `${answer.noVerdict}: ${answer.message}`;
    case 'error':
      return answer.message;
    case 'already-recorded':
    case 'unanswered':
      return answer.kind;
  }
}

/** Whether the answer is a verdict: a grant or a refusal. */
export const isVerdict = ({ kind }: Answer): boolean => kind === 'granted' || kind === 'refused';

/** Whoever issues coupons: a strategy opened in this process, or a process of its own. */
export interface Client extends AsyncDisposable {
  /**
   * What the strategy answers to one claim; 'unanswered' when it is silent for too long after
   * `waitMs`. Never rejects.
   */
  issue(terms: Terms, user: UserId, id: ClaimId, waitMs: number): Promise<Answer>;
}

/**
 * How long after its deadline a claim may be answered: the longest transaction, and some time for a
 * busy machine.
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
