import { z } from 'zod';

const values = z
  .record(z.string(), z.union([z.string(), z.number(), z.null()]))
  .readonly()
  .nullable();

/** One statement of one client. Times are milliseconds since the round began. */
export const stepSchema = z
  .object({
    /** 0 is the first client. */
    client: z.number().int().nonnegative(),
    statement: z.string(),
    /** `1 row`, `0 rows`, `errno 1213`, or `ok` where there is nothing to count. */
    effect: z.string(),
    /** It waited for a lock that another client had. */
    blocked: z.boolean(),
    valueRead: values,
    valueWritten: values,
    atMs: z.number(),
    answeredAtMs: z.number(),
  })
  .readonly();

/** What a client was told in the end. */
export const toldSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('granted'), ordinal: z.number() }).readonly(),
  z.object({ kind: z.literal('refused'), refusal: z.string() }).readonly(),
  z.object({ kind: z.literal('no-verdict'), why: z.string() }).readonly(),
  z.object({ kind: z.literal('failed'), message: z.string() }).readonly(),
]);

/**
 * How a schedule can end, the worst first: more issued than allowed; a lost update; an answer that
 * the rows refute. These three are wrong. Then what is right but unkind: a deadlock, or another
 * claim without a verdict.
 */
export const scheduleOutcomes = [
  'over-issued',
  'lost-update',
  'false-answer',
  'deadlock',
  'no-verdict',
  'right',
] as const;
/** One of {@link scheduleOutcomes}. */
export type ScheduleOutcome = (typeof scheduleOutcomes)[number];

/**
 * One way in which the statements of a few claims followed each other: what `npm run explore --
 * --json` writes of each.
 */
export const scheduleSchema = z
  .object({
    order: z.string(),
    outcome: z.enum(scheduleOutcomes),
    told: z.array(toldSchema).min(1).max(8).readonly(),
    /** The coupon's `quantity` once all is quiet. */
    remaining: z.number(),
    /** The coupons' numbers in the rows, ascending. */
    ordinals: z.array(z.number()).readonly(),
    steps: z.array(stepSchema).max(1_000).readonly(),
  })
  .readonly();

/** What `npm run explore -- --json` writes: every schedule of one strategy. */
export const explorationSchema = z.object({
  schemaVersion: z.literal(1),
  strategy: z.string(),
  /** The server: flavour and version. */
  database: z.string(),
  clients: z.number().int(),
  instances: z.number().int(),
  totalQuantity: z.number().int().nonnegative(),
  /** Null: every claim is of another user. */
  perUser: z.number().int().nullable(),
  /** Not including the start of the servers. */
  tookMs: z.number(),
  /** False when a bound was reached first, or when schedules could not be played. */
  complete: z.boolean(),
  unplayable: z.number().int().nonnegative(),
  counts: z.record(scheduleSchema.unwrap().shape.outcome, z.number().int().nonnegative()),
  schedules: z.array(scheduleSchema).readonly(),
});

/** One statement of one client. */
export type Step = z.infer<typeof stepSchema>;
/** What a client was told in the end. */
export type Told = z.infer<typeof toldSchema>;
/** One way in which the statements of a few claims followed each other. */
export type Schedule = z.infer<typeof scheduleSchema>;
/** Every schedule of one strategy. */
export type ExplorationBody = z.infer<typeof explorationSchema>;
