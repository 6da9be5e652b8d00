import { environmentSchema, raceResultSchema } from '@coupon/results';
import { z } from 'zod';

const brokenBySchema = z.object({ trial: z.string() }).nullable();
const judgedSchema = z.object({ declared: z.boolean(), brokenBy: brokenBySchema });

/** What `npm run conformance` leaves of one strategy, as far as the page tells it. */
export const attackSchema = z.object({
  strategy: z.string(),
  /** By the name of a guarantee; only those that are attacked. */
  guarantees: z.record(z.string(), judgedSchema),
  findings: z.array(z.object({ law: z.string() })),
});

const raceSchema = z.object({
  strategy: z.string(),
  profile: z.string(),
  instances: z.number(),
  grantsPerS: z.number(),
  p95Ms: z.number(),
  lostUpdates: z.number(),
  holds: z.boolean(),
});

/**
 * docs/figures.json: the results that the page quotes, kept with the sources, since results/ is
 * not.
 */
export const figuresSchema = z.object({
  environment: environmentSchema
    .pick({
      startedAt: true,
      node: true,
      database: true,
      redis: true,
      k6: true,
      cpu: true,
      cpus: true,
      revision: true,
    })
    .nullable(),
  races: z.array(raceSchema),
  attacks: z.array(attackSchema),
});

export type Figures = z.infer<typeof figuresSchema>;

/** No results at all: the page tells only what strategies declare. */
export const noFigures: Figures = { environment: null, races: [], attacks: [] };

/**
 * Takes the figures of result files: of races, which take the place of all earlier ones (their
 * environment is the first one's), and of attacks, strategy by strategy. What there is no new
 * result of stays as it was.
 */
export function updated(
  before: Figures,
  raceFiles: readonly unknown[],
  attacks: readonly unknown[],
): Figures {
  const latest = new Map(before.attacks.map((attack) => [attack.strategy, attack]));
  for (const attack of attacks.map((one) => attackSchema.parse(one)))
    latest.set(attack.strategy, attack);
  const byName = [...latest.values()].sort((one, other) =>
    one.strategy < other.strategy ? -1 : 1,
  );
  const results = raceFiles.map((one) => raceResultSchema.parse(one));
  const [first] = results;
  if (first === undefined) return figuresSchema.parse({ ...before, attacks: byName });
  const races = results
    .flatMap(({ runs }) => runs)
    .filter(({ repeat }) => repeat === 1)
    .map(({ strategy, profile, instances, http, rows, verdict }) => ({
      strategy,
      profile,
      instances,
      grantsPerS: Math.round(http.grantsPerS),
      p95Ms: Math.round(http.latencyMs.p95),
      lostUpdates: rows.lostUpdates,
      holds: verdict.holds,
    }));
  return figuresSchema.parse({ environment: first.environment, races, attacks: byName });
}
