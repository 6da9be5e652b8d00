import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from '../run/paths.js';
import type { Ratio } from './ratios.js';

const baselineSchema = z.record(z.string(), z.object({ median: z.number(), revision: z.string() }));

/** The ratios that were last written down, by their goal's id. */
export type Baseline = z.infer<typeof baselineSchema>;

const file = join(root, 'docs/benchmarks.json');

/** Writes the ratios' medians down for later comparisons, beside docs/BENCHMARKS.md. */
export function writeBaseline(ratios: Baseline): void {
  const kept = Object.fromEntries(
    Object.entries(ratios).map(([id, { median, revision }]) => [
      id,
      { median: Number(median.toPrecision(4)), revision },
    ]),
  );
  writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`);
}

/**
 * What was written down; throws a ZodError where the file is not what `writeBaseline` makes. Empty
 * where there is none.
 */
export const readBaseline = (): Baseline =>
  existsSync(file) ? baselineSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};

/** A ratio that has moved further than a machine's mood explains. */
export interface Move {
  readonly worse: boolean;
  readonly line: string;
}

/**
 * Rounds of one revision on one machine differ by some 20 % either way; on a machine of another
 * kind by more.
 */
const MARGIN = 0.65;

/**
 * The ratios that have moved by more than a generous margin since they were written down, either
 * way.
 */
export function movesSince(
  baseline: Baseline,
  ratios: Readonly<Record<string, Pick<Ratio, 'median' | 'better' | 'what'>>>,
): readonly Move[] {
  return Object.entries(ratios).flatMap(([id, { median, better, what }]) => {
    const before = baseline[id];
    if (before === undefined) return [];
    const gain = better === 'higher' ? median / before.median : before.median / median;
    if (gain >= MARGIN && gain <= 1 / MARGIN) return [];
    const worse = gain < MARGIN;
    return [
      {
        worse,
        line:
          `${worse ? 'REGRESSION' : 'better'}: ${id} ${before.median.toPrecision(3)} ` +
          `(revision ${before.revision}) is now ${median.toPrecision(3)}: ${what}`,
      },
    ];
  });
}
