import { DuplicateClaim, NoVerdict, type NoVerdictKind } from '@coupon/application';
import type { ClaimId, Terms, UserId, Verdict } from '@coupon/domain';

/**
 * What a client was told in the end. `failed` is a bug: nothing but verdicts and NoVerdict is
 * expected.
 */
export type ClaimResult =
  | { readonly kind: 'granted'; readonly ordinal: number }
  | { readonly kind: 'refused'; readonly refusal: string }
  | { readonly kind: 'no-verdict'; readonly why: NoVerdictKind }
  | { readonly kind: 'failed'; readonly message: string };

/** Runs a claim and says what its client was told. Never rejects. */
export async function toldBy(issue: () => Promise<Verdict>): Promise<ClaimResult> {
  try {
    const verdict = await issue();
    return verdict.kind === 'granted'
      ? { kind: 'granted', ordinal: verdict.ordinal }
      : { kind: 'refused', refusal: verdict.refusal };
  } catch (error) {
    if (error instanceof NoVerdict) return { kind: 'no-verdict', why: error.kind };
    const message = error instanceof Error ? error.message : String(error);
    return {
      kind: 'failed',
      message:
        error instanceof DuplicateClaim
          ? `a first attempt was taken for a replay: ${message}`
          : message,
    };
  }
}

/** The books once all is quiet. */
export interface Rows {
  /** What the coupon's row says is left. */
  readonly remaining: number;
  readonly grants: readonly {
    readonly claim: ClaimId;
    readonly user: UserId;
    readonly ordinal: number;
  }[];
}

/**
 * How a round ended, the worst thing first: more given out than allowed; `quantity` not what the
 * rows leave, or a number given twice; an answer that the rows refute. These three are wrong. Then
 * what is right but unkind: a client told of a deadlock, or given another kind of no verdict. Else
 * all is as it should be.
 */
export const outcomes = [
  'over-issued',
  'lost-update',
  'false-answer',
  'deadlock',
  'no-verdict',
  'right',
] as const;
/** One of {@link outcomes}. */
export type Outcome = (typeof outcomes)[number];

/** True for the outcomes that no client and no operator would put up with. */
export const isWrong = (outcome: Outcome): boolean =>
  outcome === 'over-issued' || outcome === 'lost-update' || outcome === 'false-answer';

/** A claim of the round: who asked, and what was said. */
export interface Asked {
  readonly claim: ClaimId;
  readonly user: UserId;
  readonly told: ClaimResult;
}

/** Judges a round by its rows and by what the clients were told. Pure. */
export function outcomeOf(
  terms: Terms,
  asked: readonly Asked[],
  { remaining, grants }: Rows,
): Outcome {
  const heldBy = (user: UserId): number => grants.filter((grant) => grant.user === user).length;
  const { totalQuantity, perUserLimit } = terms;
  if (grants.length > totalQuantity) return 'over-issued';
  if (perUserLimit !== null && grants.some(({ user }) => heldBy(user) > perUserLimit))
    return 'over-issued';
  const ordinals = new Set(grants.map(({ ordinal }) => ordinal));
  if (remaining !== totalQuantity - grants.length || ordinals.size < grants.length)
    return 'lost-update';

  const isTrue = ({ claim, user, told }: Asked): boolean => {
    const row = grants.find((grant) => grant.claim === claim);
    if (told.kind === 'granted') return row?.ordinal === told.ordinal;
    if (told.kind === 'no-verdict' && told.why === 'indeterminate') return true;
    if (told.kind === 'failed' || row !== undefined) return false;
    // Stock never comes back, so who is told that there is none is told so for good.
    if (told.kind === 'refused')
      return told.refusal === 'SOLD_OUT'
        ? grants.length === totalQuantity
        : perUserLimit !== null && heldBy(user) >= perUserLimit;
    return true;
  };
  if (!asked.every(isTrue)) return 'false-answer';
  const why = asked.flatMap(({ told }) => (told.kind === 'no-verdict' ? [told.why] : []));
  if (why.includes('deadlocked')) return 'deadlock';
  return why.length > 0 ? 'no-verdict' : 'right';
}
