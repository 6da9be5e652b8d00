import { scheduleSchema, type RaceResult } from '@coupon/results';
import { z } from 'zod';
import type { RunTimeline } from '../charts/run-timeline.js';

/** One schedule of a strategy: `trace.json` is a list of these. */
export const traceSchema = z.object({
  strategy: z.string(),
  /** The database server that it was played on. */
  database: z.string(),
  /** The number of orders that were played. */
  of: z.number().int().positive(),
  schedule: scheduleSchema,
});

/** One schedule of a strategy. */
export type Trace = z.infer<typeof traceSchema>;

/** A run of the original experiment, as its author published it. */
export interface PublishedRun {
  readonly total: number;
  readonly requests: number;
  readonly granted: number;
  readonly failed: number;
  readonly remaining: number;
  readonly ratePerS: number;
  readonly avgMs: number;
  readonly medMs: number;
  readonly p90Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** All that a report shows. */
export interface ReportData {
  readonly result: RaceResult;
  /** Of the first runs, in their order; further runs have no charts. */
  readonly timelines: readonly RunTimeline[];
  readonly traces: readonly Trace[];
  /** The original experiment without and with a lock. */
  readonly original: {
    readonly broken: readonly PublishedRun[];
    readonly fixed: readonly PublishedRun[];
  };
}
