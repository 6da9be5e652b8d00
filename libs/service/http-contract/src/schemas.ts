import { z } from 'zod';

/** Every `reason` of an error: its stable, machine-readable code. */
export const reasons = [
  'SOLD_OUT',
  'LIMIT_REACHED',
  'NOT_OPEN',
  'LOCK_TIMEOUT',
  'LEASE_LOST',
  'DEADLOCK',
  'UNAVAILABLE',
  'COUPON_INCONSISTENT',
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

/** See {@link reasons}. */
export type Reason = (typeof reasons)[number];

/** One invalid field of a request. `value` is absent where it may be a secret. */
export const fieldFaultSchema = z.strictObject({
  field: z.string(),
  value: z.unknown().optional(),
  allowed: z.string(),
});
/** See {@link fieldFaultSchema}. */
export type FieldFault = z.infer<typeof fieldFaultSchema>;

/**
 * The body of every response that is not a success: the original's four fields, then this service's
 * own. `timestamp` is ISO 8601 in UTC.
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
/** See {@link errorBodySchema}. */
export type ErrorBody = z.infer<typeof errorBodySchema>;

/** Units of one coupon at most. */
const TOTAL_MAX = 10_000_000;
/** DATETIME holds more than this; these ends stay in the calendar whatever the offset. */
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

/** One field of a body that may be invalid elsewhere; undefined when it is absent or invalid. */
const validField = <T>(schema: z.ZodType<T>, body: unknown, field: string): T | undefined =>
  typeof body === 'object' && body !== null
    ? schema.safeParse(Reflect.get(body, field)).data
    : undefined;

const perUserLimitAllowed = 'null or a whole number from 1 to totalQuantity';

/**
 * The body of POST /api/v1/coupons. Fields are compared as soon as both are valid, whatever else is
 * invalid.
 */
export const newCouponSchema = z
  .strictObject({
    name: text(1, 100).refine((name) => name.trim() !== '', {
      error: 'a text of 1 to 100 characters, not only blanks',
    }),
    totalQuantity: wholeNumber(1, TOTAL_MAX),
    perUserLimit: z
      .int({ error: perUserLimitAllowed })
      .min(1, { error: perUserLimitAllowed })
      .max(TOTAL_MAX, { error: perUserLimitAllowed })
      .nullable()
      .default(null),
    opensAt: instant,
    closesAt: instant,
  })
  .refine((coupon) => Date.parse(coupon.closesAt) > Date.parse(coupon.opensAt), {
    path: ['closesAt'],
    error: 'a time after opensAt',
    when: ({ value }) =>
      validField(instant, value, 'opensAt') !== undefined &&
      validField(instant, value, 'closesAt') !== undefined,
  })
  .refine((coupon) => coupon.perUserLimit === null || coupon.perUserLimit <= coupon.totalQuantity, {
    path: ['perUserLimit'],
    error: perUserLimitAllowed,
    when: ({ value }) =>
      validField(z.int().min(1).max(TOTAL_MAX), value, 'perUserLimit') !== undefined &&
      validField(wholeNumber(1, TOTAL_MAX), value, 'totalQuantity') !== undefined,
  });
/** See {@link newCouponSchema}. */
export type NewCouponBody = z.infer<typeof newCouponSchema>;

const emailAllowed = 'an email address of at most 254 characters';

/** The body of POST /api/v1/auth/signup and /login. */
export const credentialsSchema = z.strictObject({
  email: z.email({ error: emailAllowed }).max(254, { error: emailAllowed }),
  password: text(8, 128),
});
/** See {@link credentialsSchema}. */
export type Credentials = z.infer<typeof credentialsSchema>;

const pageLimitAllowed = 'a whole number from 1 to 100';
const idAllowed = 'a whole number from 1 to 9007199254740991';

/** An id in a path or a query: decimal digits, nothing else, within what a number holds exactly. */
export const idSchema = z
  .string({ error: idAllowed })
  .regex(/^[1-9]\d{0,15}$/, { error: idAllowed })
  .transform(Number)
  .refine(Number.isSafeInteger, { error: idAllowed });

/** The query of a list: up to `limit` items with ids above `after` (null: from the first). */
export const pageQuerySchema = z.strictObject({
  limit: z
    .string({ error: pageLimitAllowed })
    .regex(/^([1-9]\d?|100)$/, { error: pageLimitAllowed })
    .transform(Number)
    .default(20),
  after: idSchema.nullable().default(null),
});
/** See {@link pageQuerySchema}. */
export type PageQuery = z.infer<typeof pageQuerySchema>;

/** A coupon as everybody sees it. `quantity` is what remains. */
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
/** See {@link couponSchema}. */
export type CouponBody = z.infer<typeof couponSchema>;

/** The body of a 200 of POST /api/v1/coupons/:id/issue. */
export const issuedSchema = z.strictObject({
  couponId: z.int(),
  ordinal: z.int(),
  claimId: z.string(),
  issuedAt: z.string(),
});
/** See {@link issuedSchema}. */
export type IssuedBody = z.infer<typeof issuedSchema>;

/** One item of GET /api/v1/me/coupons. `id` is the grant's own. */
export const heldCouponSchema = z.strictObject({
  id: z.int(),
  couponId: z.int(),
  ordinal: z.int(),
  claimId: z.string(),
  issuedAt: z.string(),
});
/** See {@link heldCouponSchema}. */
export type HeldCouponBody = z.infer<typeof heldCouponSchema>;

/** A keyset page of a list: `?after=next` gets the next one; `next` is null on the last page. */
export const pageSchema = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ items: z.array(item), next: z.int().nullable() });

/** What an account may do: an admin creates coupons, a user claims them. */
export const roleSchema = z.enum(['user', 'admin']);

/** The body of a 201 of signup and a 200 of login. */
export const sessionSchema = z.strictObject({
  token: z.string(),
  expiresAt: z.string(),
  user: z.strictObject({ id: z.int(), email: z.string(), role: roleSchema }),
});
/** See {@link sessionSchema}. */
export type SessionBody = z.infer<typeof sessionSchema>;

/**
 * The claims of a token (HS256). Every holder of JWT_SECRET can sign one, as the lab does for its
 * many users. `exp` is in epoch seconds.
 */
export const tokenClaimsSchema = z.object({ sub: idSchema, role: roleSchema, exp: z.int() });
/** See {@link tokenClaimsSchema}. */
export type TokenClaims = z.infer<typeof tokenClaimsSchema>;
