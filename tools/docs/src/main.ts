/**
 * `npm run docs`: writes docs/CHOOSING.md; with `--update` it takes the figures of the latest race
 * and attacks into docs/figures.json first.
 */
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { choosingPage } from './choosing.js';
import { updated } from './figures.js';
import { figuresFile, pageFile, readFigures, resultsOf, sources } from './sources.js';

new Command('docs')
  .description('Writes the pages of docs/ that are made from the code and from results.')
  .option(
    '--update',
    'take the latest results of `npm run race` and `npm run conformance` into docs/figures.json first',
  )
  .option('--race <files...>', 'the results to take, instead of results/latest.json')
  .showHelpAfterError()
  .action(({ update = false, race = [] }: { update?: boolean; race?: string[] }) => {
    if (update || race.length > 0) {
      const { races, attacks } = resultsOf(race);
      writeFileSync(
        figuresFile,
        `${JSON.stringify(updated(readFigures(), races, attacks), null, 2)}\n`,
      );
      process.stdout.write('docs/figures.json\n');
    }
    writeFileSync(pageFile, choosingPage(sources()));
    process.stdout.write('docs/CHOOSING.md\n');
  })
  .parse();
