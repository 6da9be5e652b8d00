import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { GeneratedMutant } from './mutants.js';

/** Where a kill was seen: how it is found again, first of all. */
const killerSchema = z.object({
  host: z.string(),
  configuration: z.string(),
  scenario: z.string(),
  invariant: z.string(),
});

const resultSchema = z.object({
  /** Of the mutant that was examined. */
  fingerprint: z.string(),
  /** `stillborn`: it fails without any attack, and counts neither as killed nor as alive. */
  status: z.enum(['killed', 'survived', 'stillborn']),
  killer: killerSchema.optional(),
});

const fileSchema = z.record(z.string(), resultSchema);

export type Killer = z.infer<typeof killerSchema>;
/** What became of one mutant. */
export type Result = z.infer<typeof resultSchema>;

const dataFile = (name: string): string =>
  fileURLToPath(new URL(`../data/${name}.json`, import.meta.url));

const read = (name: string): unknown =>
  existsSync(dataFile(name)) ? JSON.parse(readFileSync(dataFile(name), 'utf8')) : {};

/** The committed results, by the mutant's id. Throws where the file is not in order. */
export const readResults = (): Map<string, Result> =>
  new Map(Object.entries(fileSchema.parse(read('results'))));

/** The reason why a mutant is no fault at all, by its id. Throws where the file is not in order. */
export const readEquivalents = (): ReadonlyMap<string, string> =>
  new Map(Object.entries(z.record(z.string(), z.string().min(20)).parse(read('equivalents'))));

/** Replaces the committed results, in one step; ids that are no mutant's any more are dropped. */
export function writeResults(
  results: ReadonlyMap<string, Result>,
  all: readonly GeneratedMutant[],
): void {
  const known = new Set(all.map(({ id }) => id));
  const sorted = [...results]
    .filter(([id]) => known.has(id))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const file = dataFile('results');
  writeFileSync(`${file}.new`, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
  renameSync(`${file}.new`, file);
}
