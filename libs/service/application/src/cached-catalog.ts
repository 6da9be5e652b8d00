import type { CouponId } from '@coupon/domain';
import { NoVerdict } from './no-verdict.js';
import type { MonotonicClock } from './ports/clock.js';
import type { Counters } from './ports/counters.js';
import type { CouponCatalog, StockedCoupon } from './ports/coupon-catalog.js';

/** How long, and for how many coupons, an answer of the catalogue is remembered. */
export interface CatalogLimits {
  readonly staleMs: number;
  /** How much longer while the catalogue does not answer. */
  readonly staleWhenDownMs: number;
  readonly entriesMax: number;
}

/** How long a claim waits for a new answer where there is an old one. */
const ANSWER_WITHIN_MS = 250;

interface Question {
  readonly answer: Promise<StockedCoupon | null>;
  readonly askedAtMs: number;
  isSettled: boolean;
}

interface Entry {
  /** What is answered until `untilMs`. */
  answer: Promise<StockedCoupon | null>;
  untilMs: number;
  readonly question: Question;
  /** The catalogue's last answer, for while it does not answer. */
  last: { readonly found: StockedCoupon; readonly askedAtMs: number } | undefined;
}

/**
 * Remembers coupons for admission, so that a claim costs no catalogue query. A change to a coupon
 * (pausing it, say) takes effect within `staleMs`. While the catalogue fails with NoVerdict or is
 * silent, its last answer is given (counted as `catalog_stale`), for `staleWhenDownMs` more: a
 * strategy may not need the database. Holds `entriesMax` coupons at most, the longest known leaves
 * first; concurrent first questions share one query; failures and absent coupons are not
 * remembered. The `quantity` in it is as old as the entry.
 */
export function cachedCatalog(
  catalog: Pick<CouponCatalog, 'find'>,
  clock: MonotonicClock,
  counters: Counters,
  { staleMs, staleWhenDownMs, entriesMax }: CatalogLimits,
): Pick<CouponCatalog, 'find'> {
  const known = new Map<CouponId, Entry>();

  const ask = (id: CouponId, askedAtMs: number): Question => {
    const question: Question = { answer: catalog.find(id), askedAtMs, isSettled: false };
    const settle = (found: StockedCoupon | null, isDown: boolean): void => {
      question.isSettled = true;
      const entry = known.get(id);
      if (entry?.question !== question) return;
      if (found !== null) {
        entry.last = { found, askedAtMs };
        entry.answer = question.answer;
        entry.untilMs = askedAtMs + staleMs;
      } else if (!isDown || entry.last === undefined) known.delete(id);
    };
    question.answer.then(
      (found) => settle(found, false),
      (error: unknown) => settle(null, error instanceof NoVerdict),
    );
    return question;
  };

  return {
    find(id) {
      const nowMs = clock.monotonicMs();
      const entry = known.get(id);
      if (entry !== undefined && nowMs < entry.untilMs) return entry.answer;
      known.delete(id);
      // A question without an answer is not asked again and again: each may occupy a connection.
      const isOverdue =
        entry !== undefined &&
        !entry.question.isSettled &&
        nowMs - entry.question.askedAtMs >= ANSWER_WITHIN_MS;
      const question = isOverdue ? entry.question : ask(id, nowMs);
      const isUsable =
        entry?.last !== undefined && nowMs - entry.last.askedAtMs < staleMs + staleWhenDownMs;
      const last = isUsable ? entry.last : undefined;
      const answer =
        last === undefined
          ? question.answer
          : inTime(question, nowMs).catch((error: unknown) => {
              if (!(error instanceof NoVerdict)) throw error;
              counters.count('catalog_stale');
              return last.found;
            });
      known.set(id, { answer, untilMs: nowMs + staleMs, question, last });
      if (known.size > entriesMax) known.delete(known.keys().next().value ?? id);
      return answer;
    },
  };
}

/** Rejects with NoVerdict('unavailable') ANSWER_WITHIN_MS after the question was asked. */
function inTime({ answer, askedAtMs }: Question, nowMs: number): Promise<StockedCoupon | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new NoVerdict('unavailable', 'the catalogue is silent')),
      Math.max(0, askedAtMs + ANSWER_WITHIN_MS - nowMs),
    );
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
