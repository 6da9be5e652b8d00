import { uncertaintyOf, type Estimate } from '@coupon/checker';
import { z } from 'zod';

/** The strategy that is measured as the best safe one. */
export const BEST = 'group-commit';

/** What is promised, and which way round a ratio is good. */
export interface Goal {
  readonly id: string;
  readonly what: string;
  readonly goal: number;
  /** Costs are to stay below their goal; speeds above. */
  readonly better: 'higher' | 'lower';
}

/** The table of goals, in its order. */
export const goals: readonly Goal[] = [
  {
    id: 'P0',
    what: 'issue route over a strategy that does nothing / raw node:http that sends the same bytes',
    goal: 0.6,
    better: 'higher',
  },
  { id: 'P1', what: `${BEST} / that do-nothing route`, goal: 0.85, better: 'higher' },
  {
    id: 'P2',
    what: `${BEST} / redis-spin-lock with the original's settings`,
    goal: 40,
    better: 'higher',
  },
  { id: 'P3', what: `${BEST} / mysql-for-update`, goal: 15, better: 'higher' },
  { id: 'P4a', what: `${BEST} / redlock`, goal: 40, better: 'higher' },
  { id: 'P4b', what: `${BEST} / redis-semaphore`, goal: 35, better: 'higher' },
  {
    id: 'P5',
    what:
      'redis-spin-lock under original-fixed: ' +
      'coupons a second with one poller / with every request polling',
    goal: 2,
    better: 'higher',
  },
  { id: 'P6', what: `${BEST} at 5,000 connections / at 50`, goal: 0.9, better: 'higher' },
  {
    id: 'P7',
    what: `${BEST} without HTTP / raw multi-row INSERT of the same rows over one connection`,
    goal: 0.6,
    better: 'higher',
  },
  { id: 'P8', what: 'sold-out answer / do-nothing route', goal: 0.98, better: 'higher' },
  {
    id: 'P9',
    what: 'time for each coupon with 10 million rows in user_coupon / with none',
    goal: 1.15,
    better: 'lower',
  },
  { id: 'P10', what: `${BEST} over 100 coupons (Zipf) / one coupon`, goal: 0.8, better: 'higher' },
  {
    id: 'P11',
    what: 'resident memory after 5 minutes at full load / after 1 minute',
    goal: 1.1,
    better: 'lower',
  },
];

/** A ratio as it is written down. */
export interface Ratio extends Estimate {
  readonly goal: number;
  readonly better: Goal['better'];
  /** Whether the median reaches the goal. */
  readonly reached: boolean;
  /** The interval is wider than 15 % to either side: the figure is a hint, no result. */
  readonly uncertain: boolean;
  readonly what: string;
}

/**
 * Sets an estimate beside its goal. Throws RangeError when there is no such goal, or a round gave
 * no figure at all.
 */
export function ratioFor(id: string, estimate: Estimate): Ratio {
  const found = goals.find((one) => one.id === id);
  if (found === undefined) throw new RangeError(`no goal ${id}`);
  if (![estimate.median, estimate.low, estimate.high].every(Number.isFinite))
    throw new RangeError(`${id}: a round without one right answer`);
  const { what, goal, better } = found;
  const reached = better === 'higher' ? estimate.median >= goal : estimate.median <= goal;
  return {
    ...estimate,
    goal,
    better,
    reached,
    uncertain: !(uncertaintyOf(estimate) <= 0.15),
    what,
  };
}

/** One ratio in a line: figure, interval, goal, and what there is to say against it. */
export function lineOf(
  id: string,
  { median, low, high, goal, better, reached, uncertain, what }: Ratio,
): string {
  const figure = (value: number): string =>
    value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 3);
  const bound = better === 'higher' ? '>=' : '<=';
  return (
    `${id.padEnd(4)} ${figure(median).padStart(6)} (${figure(low)} to ${figure(high)}), ` +
    `goal ${bound} ${goal}: ${reached ? 'reached' : 'MISSED'}` +
    `${uncertain ? ', UNCERTAIN (interval wider than 15 %)' : ''}   ${what}`
  );
}

const ratioSchema = z.object({
  median: z.number(),
  low: z.number(),
  high: z.number(),
  goal: z.number(),
  better: z.enum(['higher', 'lower']),
  reached: z.boolean(),
  uncertain: z.boolean(),
  what: z.string(),
  measure: z.string(),
  revision: z.string(),
});

/** results/bench.json: the ratios, and everything that they were made from. */
export const benchSchema = z.object({
  schemaVersion: z.literal(1),
  command: z.string(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])),
  ratios: z.record(z.string(), ratioSchema),
  samples: z.array(z.looseObject({ measure: z.string() })),
  notes: z.array(z.object({ measure: z.string(), text: z.string() })),
});

/** A benchmark's result file. */
export type BenchResult = z.infer<typeof benchSchema>;
