import { z } from 'zod';

const count = z.number().int().nonnegative();

/** A run at one moment: the answers so far, and the database's figures. */
export const tickSchema = z.object({
  /** Epoch milliseconds of the watcher's clock. */
  atMs: z.number(),
  /** Answers so far. */
  requests: count,
  /** Answers so far by HTTP status; "0": no answer came. */
  status: z.record(z.string(), count),
  /** Failures so far by the error body's reason; "NO_ANSWER" where none came. */
  reasons: z.record(z.string(), count),
  /** Answers per second since the tick before. */
  ratePerS: z.number().nonnegative(),
  /** Latency of the answers since the tick before; null when there were none. */
  latencyMs: z.object({ med: z.number(), p95: z.number(), max: z.number() }).nullable(),
  /** The coupon's `quantity`, read together with `rows`; null when the database did not answer. */
  quantity: z.number().int().nullable(),
  /** Rows of user_coupon, all committed; null when the database did not answer. */
  rows: count.nullable(),
});

/** A run at one moment: a line of `<run>.watch.jsonl`. */
export type Tick = z.infer<typeof tickSchema>;
