import type { Attempt, RunHistory, GrantRow } from '../src/run-history.js';

/** Claims in flight at any time, about as many as overlap each. */
const AT_ONCE = 500;

/**
 * Ids that are as scattered as random ones (2654435761 is odd, so that each number below 2^32 has
 * its own).
 */
const idOf = (n: number): string =>
  `0a8e1c9e-94b6-4c8a-9b0e-${(Math.imul(n, 2_654_435_761) >>> 0).toString(16).padStart(12, '0')}`;
const momentOf = (n: number): number => n / 10;
const userOf = (n: number): number => n % 10_000;
const totalOf = (claims: number): number => Math.floor(claims / 2);

/** The attempts of a sound run, one after the other, so that they need not be held together. */
export function* largeRunAttempts(claims: number): Generator<Attempt> {
  for (let n = 0; n < claims; n += 1) {
    const seen = {
      claimId: idOf(n),
      userId: userOf(n),
      startMs: momentOf(n) - (n % AT_ONCE) / 10,
      endMs: momentOf(n) + ((n * 7) % AT_ONCE) / 10,
    };
    const ordinal = n < totalOf(claims) ? n + 1 : null;
    if (n % 1_000 === 1) yield { ...seen, status: 0, reason: null, ordinal: null };
    else
      yield {
        ...seen,
        status: ordinal === null ? 409 : 200,
        reason: ordinal === null ? 'SOLD_OUT' : null,
        ordinal,
      };
    if (n % 1_000 === 2 && ordinal !== null)
      yield {
        ...seen,
        startMs: seen.endMs + 1,
        endMs: seen.endMs + 5,
        status: 200,
        reason: null,
        ordinal,
      };
  }
}

/**
 * A sound run of `claims` claims for half as many coupons, made in linear time: the first half is
 * granted, the rest told sold out; of each thousand one answer is lost, and one granted claim made
 * again. The attempts are left to {@link largeRunAttempts}.
 */
export function largeRunRows(claims: number): Omit<RunHistory, 'attempts'> {
  const total = totalOf(claims);
  const rows: GrantRow[] = Array.from({ length: total }, (_, n) => ({
    claimId: idOf(n),
    ordinal: n + 1,
    userId: userOf(n),
    issuedAtMs: Math.round(momentOf(n)),
  }));
  return {
    rows,
    before: { total, remaining: total, rows: [] },
    after: { total, remaining: 0 },
    perUserLimit: claims,
    stockChanges: [],
    quiet: true,
    clockSkewMaxMs: 1_000,
  };
}
