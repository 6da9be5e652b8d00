import { z } from 'zod';

const count = z.number().int().nonnegative();
const counts = z.record(z.string(), count);

/** The database's figures of a run. */
export const rowsSchema = z.object({
  /** The coupon's total quantity. */
  total: count,
  /** Rows of user_coupon. */
  issued: count,
  /** `quantity` as found. */
  remaining: count,
  /** `remaining` less `total - issued`: below zero where updates were counted twice. */
  lostUpdates: z.number().int(),
  overIssued: count,
  /** Rows whose ordinal an earlier row has. */
  duplicateOrdinals: count,
});

/**
 * Everything that the checker (libs/lab/checker) can find; docs/CHECKER.md explains each.
 * Kinds are only ever added.
 */
export const violationKinds = [
  'lost-updates',
  'over-issued',
  'duplicate-ordinals',
  'granted-without-row',
  'ordinal-differs',
  'refused-but-recorded',
  'untold-row',
  'stock-leaked',
  'under-issued',
  'missing-ordinals',
  'ordinal-out-of-range',
  'claim-recorded-twice',
  'earlier-row-gone',
  'user-differs',
  'per-user-limit',
  'replay-differs',
  'sold-out-too-early',
  'limit-too-early',
  'out-of-order',
  'issued-outside-claim',
  'granted-too-early',
  'key-denied-to-owner',
  'coupon-denied',
] as const;

/** One kind of damage, with claims that prove it. */
export const violationSchema = z.object({
  kind: z.enum(violationKinds),
  count,
  text: z.string(),
  /** Up to ten claim ids. */
  claims: z.array(z.string()),
});

/**
 * What a run came to: sound (nothing found), what was expected of the strategy, and whether that
 * holds.
 */
export const verdictSchema = z.object({
  sound: z.boolean(),
  expected: z.string(),
  holds: z.boolean(),
  findings: z.array(violationSchema),
});

/** The result of one strategy under one load. */
export const runResultSchema = z.object({
  strategy: z.string(),
  profile: z.string(),
  repeat: z.number().int().positive(),
  /** API processes that shared the load. */
  instances: z.number().int().positive().default(1),
  http: z.object({
    requests: count,
    /** Answers by HTTP status; "0": no answer came. */
    status: counts,
    /** Failures by the error body's reason; "NO_ANSWER" where none came. */
    reasons: counts,
    ratePerS: z.number(),
    /**
     * Grants per second from the first request to the last grant: the time after it is not counted.
     */
    grantsPerS: z.number(),
    latencyMs: z.object({
      avg: z.number(),
      med: z.number(),
      p90: z.number(),
      p95: z.number(),
      p99: z.number(),
      max: z.number(),
    }),
  }),
  rows: rowsSchema,
  /** Claims without an answer, and how many of them the rows show as granted. */
  unknown: z.object({ claims: count, granted: count }),
  verdict: verdictSchema,
});

/** The machine and the versions of a result. */
export const environmentSchema = z.object({
  startedAt: z.iso.datetime(),
  node: z.string(),
  database: z.string(),
  redis: z.string(),
  k6: z.string(),
  os: z.string(),
  cpu: z.string(),
  cpus: count,
  memoryMb: count,
  /** The git revision, with `+changes` if the work tree differs. */
  revision: z.string(),
});

/** results/<time>/result.json and results/latest.json. */
export const raceResultSchema = z.object({
  schemaVersion: z.literal(1),
  command: z.string(),
  environment: environmentSchema,
  runs: z.array(runResultSchema),
});

/** The database's figures of a run. */
export type Rows = z.infer<typeof rowsSchema>;
/** The name of one kind of damage. */
export type ViolationKind = (typeof violationKinds)[number];
/** One kind of damage. */
export type Violation = z.infer<typeof violationSchema>;
/** What a run came to. */
export type RunVerdict = z.infer<typeof verdictSchema>;
/** The result of one strategy under one load. */
export type RunResult = z.infer<typeof runResultSchema>;
/** The machine and the versions of a result. */
export type Environment = z.infer<typeof environmentSchema>;
/** A result file. */
export type RaceResult = z.infer<typeof raceResultSchema>;
