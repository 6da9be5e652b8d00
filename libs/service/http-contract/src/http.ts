import { z } from 'zod';

/**
 * Everything that an error answer can name as its `reason`: the stable, machine-readable half of
 * the message.
 */
export const reasons = [
  'SOLD_OUT',
  'LIMIT_REACHED',
  'NOT_OPEN',
  'LOCK_TIMEOUT',
  'LEASE_LOST',
  'DEADLOCK',
  'UNAVAILABLE',
  'OUTCOME_UNKNOWN',
  'KEY_REUSED',
  'INVALID_REQUEST',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'EMAIL_TAKEN',
  'TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'INTERNAL_ERROR',
] as const;

export type Reason = (typeof reasons)[number];

/** One wrong thing in a request. `value` is absent where it may be a secret. */
export const fieldFaultSchema = z.strictObject({
  field: z.string(),
  value: z.unknown().optional(),
  allowed: z.string(),
});
export type FieldFault = z.infer<typeof fieldFaultSchema>;

/**
 * The body of every answer that is not a success: the original's four fields, then ours.
 * `timestamp` is UTC without its Z.
 */
export const errorBodySchema = z.strictObject({
  status: z.string(),
  code: z.int(),
  message: z.string(),
  timestamp: z.string(),
  reason: z.enum(reasons),
  requestId: z.string(),
  faults: z.array(fieldFaultSchema).optional(),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;

const TOTAL_MAX = 10_000_000;
/**
 * DATETIME holds less and more; nobody needs either, and both ends stay clear of offsets that leave
 * the calendar.
 */
const EARLIEST_MS = Date.UTC(1970, 0, 2);
const LATEST_MS = Date.UTC(2999, 11, 31);

const wholeNumber = (min: number, max: number) => {
  const error = `a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

const text = (min: number, max: number) => {
  const error = `a text of ${min} to ${max} characters`;
  return z.string({ error }).min(min, { error }).max(max, { error });
};

const instantAllowed =
  'a time in ISO 8601 with offset, from 1970 to 2999, such as 2025-03-26T19:00:00+09:00';
const instant = z.iso
  .datetime({ offset: true, error: instantAllowed })
  .refine((at) => Date.parse(at) >= EARLIEST_MS && Date.parse(at) <= LATEST_MS, {
    error: instantAllowed,
  });

/**
 * Reads one field of a body that may be wrong elsewhere; undefined when it is not there or not of
 * that type.
 */
const peek = <T>(schema: z.ZodType<T>, body: unknown, field: string): T | undefined =>
  typeof body === 'object' && body !== null
    ? schema.safeParse(Reflect.get(body, field)).data
    : undefined;

const perUserAllowed = 'null or a whole number from 1 to totalQuantity';

/**
 * POST /api/v1/coupons. The comparisons between fields are made as soon as both are well formed,
 * whatever else is wrong.
 */
export const newCouponSchema = z
  .strictObject({
    name: text(1, 100).refine((name) => name.trim() !== '', {
      error: 'a text of 1 to 100 characters, not only blanks',
    }),
    totalQuantity: wholeNumber(1, TOTAL_MAX),
    perUserLimit: z
      .int({ error: perUserAllowed })
      .min(1, { error: perUserAllowed })
      .max(TOTAL_MAX, { error: perUserAllowed })
      .nullable()
      .default(null),
    opensAt: instant,
    closesAt: instant,
  })
  .refine((coupon) => Date.parse(coupon.closesAt) > Date.parse(coupon.opensAt), {
    path: ['closesAt'],
    error: 'a time after opensAt',
    when: ({ value }) =>
      peek(instant, value, 'opensAt') !== undefined &&
      peek(instant, value, 'closesAt') !== undefined,
  })
  .refine((coupon) => coupon.perUserLimit === null || coupon.perUserLimit <= coupon.totalQuantity, {
    path: ['perUserLimit'],
    error: perUserAllowed,
    when: ({ value }) =>
      peek(z.int().min(1).max(TOTAL_MAX), value, 'perUserLimit') !== undefined &&
      peek(wholeNumber(1, TOTAL_MAX), value, 'totalQuantity') !== undefined,
  });
export type NewCouponBody = z.infer<typeof newCouponSchema>;

/** POST /api/v1/auth/signup and /login. */
export const credentialsSchema = z.strictObject({
  email: z
    .email({ error: 'an email address of at most 254 characters' })
    .max(254, { error: 'an email address of at most 254 characters' }),
  password: text(8, 128),
});
export type Credentials = z.infer<typeof credentialsSchema>;

const pageLimitAllowed = 'a whole number from 1 to 100';
const idAllowed = 'a whole number from 1 to 9007199254740991';

/**
 * An id as it stands in a path or a query: decimal digits, nothing else, within what a number holds
 * exactly.
 */
export const idSchema = z
  .string({ error: idAllowed })
  .regex(/^[1-9]\d{0,15}$/, { error: idAllowed })
  .transform(Number)
  .refine(Number.isSafeInteger, { error: idAllowed });

/** ?limit=..&after=.. of the lists: up to `limit` items with ids above `after`. */
export const pageQuerySchema = z.strictObject({
  limit: z
    .string({ error: pageLimitAllowed })
    .regex(/^([1-9]\d?|100)$/, { error: pageLimitAllowed })
    .transform(Number)
    .default(20),
  after: idSchema.nullable().default(null),
});
export type PageQuery = z.infer<typeof pageQuerySchema>;

/** A coupon as anybody may see it. `quantity` is what remains. */
export const couponSchema = z.strictObject({
  id: z.int(),
  name: z.string(),
  totalQuantity: z.int(),
  quantity: z.int(),
  perUserLimit: z.int().nullable(),
  opensAt: z.string(),
  closesAt: z.string(),
  paused: z.boolean(),
});
export type CouponBody = z.infer<typeof couponSchema>;

/** 200 of POST /api/v1/coupons/:id/issue. */
export const issuedSchema = z.strictObject({
  couponId: z.int(),
  ordinal: z.int(),
  claimId: z.string(),
  issuedAt: z.string(),
});
export type IssuedBody = z.infer<typeof issuedSchema>;

/** One of a user's own coupons. */
export const heldCouponSchema = z.strictObject({
  id: z.int(),
  couponId: z.int(),
  ordinal: z.int(),
  claimId: z.string(),
  issuedAt: z.string(),
});
export type HeldCouponBody = z.infer<typeof heldCouponSchema>;

/** A keyset page: ask for the rest with `?after=next`; null when this is the end. */
export const pageSchema = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ items: z.array(item), next: z.int().nullable() });

/** What an account may do: an admin makes coupons, a user claims them. */
export const roleSchema = z.enum(['user', 'admin']);

/** 201 of signup, 200 of login. */
export const sessionSchema = z.strictObject({
  token: z.string(),
  expiresAt: z.string(),
  user: z.strictObject({ id: z.int(), email: z.string(), role: roleSchema }),
});
export type SessionBody = z.infer<typeof sessionSchema>;

/**
 * What a token says (HS256). Whoever holds JWT_SECRET can sign one, as the lab does for its many
 * users. `exp` is in seconds.
 */
export const tokenClaimsSchema = z.object({ sub: idSchema, role: roleSchema, exp: z.int() });
export type TokenClaims = z.infer<typeof tokenClaimsSchema>;
