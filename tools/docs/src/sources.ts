import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { figuresSchema, noFigures, type Figures } from './figures.js';

/** The clone's root. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
/** Where the figures stand that it quotes. */
export const figuresFile = join(root, 'docs/figures.json');

/** The committed figures. Throws zod's error where they are none. */
export const readFigures = (): Figures =>
  existsSync(figuresFile)
    ? figuresSchema.parse(JSON.parse(readFileSync(figuresFile, 'utf8')))
    : noFigures;

const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/**
 * The result files of these races, or else of the last one; and of every strategy's last attacks.
 * Nothing where there was none.
 */
export function resultsOf(races: readonly string[]): {
  readonly races: readonly unknown[];
  readonly attacks: readonly unknown[];
} {
  const latest = join(root, 'results/latest.json');
  const attacks = join(root, 'results/conformance');
  return {
    races: (races.length > 0 ? races : [latest].filter((file) => existsSync(file))).map(json),
    attacks: existsSync(attacks)
      ? readdirSync(attacks)
          .filter((file) => file.endsWith('.json'))
          .map((file) => json(join(attacks, file)))
      : [],
  };
}
