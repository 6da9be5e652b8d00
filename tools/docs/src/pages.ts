import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plugins } from '@coupon/strategies';
import { choosingPage } from './choosing.js';
import { formatted, withGenerated } from './markdown.js';
import { settingsPage } from './settings-page.js';
import { readFigures, root } from './sources.js';
import { strategiesTable } from './strategies-table.js';

const withTable = (file: string, language: 'en' | 'ko'): string =>
  withGenerated(
    readFileSync(join(root, file), 'utf8'),
    'strategies',
    strategiesTable(plugins, language),
  );

const pages: Readonly<Record<string, () => string>> = {
  'README.md': () => withTable('README.md', 'en'),
  'README.ko.md': () => withTable('README.ko.md', 'ko'),
  'docs/CHOOSING.md': () => choosingPage({ plugins, figures: readFigures() }),
  'docs/SETTINGS.md': () => settingsPage(plugins, 'en'),
  'docs/SETTINGS.ko.md': () => settingsPage(plugins, 'ko'),
};

/** The files that are generated, in whole or between markers. */
export const generatedFiles: readonly string[] = Object.keys(pages);

/** What `npm run docs` writes to one of {@link generatedFiles}. Throws for any other file. */
export async function generatedPage(file: string): Promise<string> {
  const page = pages[file];
  if (page === undefined) throw new Error(`${file} is not generated`);
  return formatted(page(), join(root, file));
}
