declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/**
 * A coupon's row id: a positive safe integer (the database's BIGINT, kept below 2^53 at the edge).
 */
export type CouponId = Branded<number, 'CouponId'>;
/** A user's row id: a positive safe integer. */
export type UserId = Branded<number, 'UserId'>;
/**
 * A claim's UUID in lower case: the client's Idempotency-Key where it sent one, else made by the
 * server.
 */
export type ClaimId = Branded<string, 'ClaimId'>;

const positiveSafe = (value: number, what: string): number => {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`${what} must be an integer from 1 to 2^53-1, got ${value}`);
  return value;
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Brands a positive safe integer as a coupon's id. Throws RangeError for anything else. */
// The casts below are the only ones: a brand has no runtime form, so this is where a checked value
// gets its name.
export const couponId = (value: number): CouponId => positiveSafe(value, 'coupon id') as CouponId;
/** Brands a positive safe integer as a user's id. Throws RangeError for anything else. */
export const userId = (value: number): UserId => positiveSafe(value, 'user id') as UserId;
/** Brands a UUID as a claim's id, lower-cased. Throws RangeError for anything else. */
export const claimId = (value: string): ClaimId => {
  const lower = value.toLowerCase();
  if (!uuid.test(lower))
    throw new RangeError(`claim id must be a UUID, got ${JSON.stringify(value)}`);
  return lower as ClaimId;
};
