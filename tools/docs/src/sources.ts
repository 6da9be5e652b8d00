import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plugins } from '@coupon/strategies';
import type { Sources } from './choosing.js';
import { figuresSchema, noFigures, type Figures } from './figures.js';

/** The clone's root. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
/** Where the page stands. */
export const pageFile = join(root, 'docs/CHOOSING.md');
/** Where the figures stand that it quotes. */
export const figuresFile = join(root, 'docs/figures.json');

/** A strategy's row in a README: what it keeps claims apart by, and the further cells. */
export interface ReadmeRow {
  readonly apart: string;
  readonly flags: readonly string[];
}

/** The rows of a README's table of strategies, by name. Throws when there is no such table. */
export function strategiesIn(file: 'README.md' | 'README.ko.md'): ReadonlyMap<string, ReadmeRow> {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  const start = lines.findIndex((line) => /^\| (strategy|전략) +\|/.test(line));
  if (start === -1) throw new Error(`${file} has no table of strategies`);
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  return new Map(
    lines.slice(start + 2, start + length).map((line) => {
      const [name = '', apart = '', ...flags] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      return [name.replaceAll('`', ''), { apart, flags }];
    }),
  );
}

/** The committed figures. Throws zod's error where they are none. */
export const readFigures = (): Figures =>
  existsSync(figuresFile)
    ? figuresSchema.parse(JSON.parse(readFileSync(figuresFile, 'utf8')))
    : noFigures;

/** All that the page is made of, as it stands in the clone. */
export const sources = (): Sources => ({
  plugins,
  apart: new Map([...strategiesIn('README.md')].map(([name, { apart }]) => [name, apart])),
  figures: readFigures(),
});

const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/**
 * The result files of these races, or else of the last one; and of every strategy's last attacks.
 * Nothing where there was none.
 */
export function resultsOf(races: readonly string[]): {
  readonly races: readonly unknown[];
  readonly attacks: readonly unknown[];
} {
  const [latest, attacks] = [join(root, 'results/latest.json'), join(root, 'results/conformance')];
  return {
    races: (races.length > 0 ? races : [latest].filter((file) => existsSync(file))).map(json),
    attacks: existsSync(attacks)
      ? readdirSync(attacks)
          .filter((file) => file.endsWith('.json'))
          .map((file) => json(join(attacks, file)))
      : [],
  };
}
