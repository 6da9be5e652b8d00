/**
 * `npm run docs`: writes what is generated of the documentation; with `--update` it takes the
 * figures of the latest race and attacks into docs/figures.json first.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { updated } from './figures.js';
import { generatedFiles, generatedPage } from './pages.js';
import { figuresFile, readFigures, resultsOf, root } from './sources.js';

await new Command('docs')
  .description('Writes the pages of docs/ that are made from the code and from results.')
  .option(
    '--update',
    'take the latest results of `npm run race` ' +
      'and `npm run conformance` into docs/figures.json first',
  )
  .option('--race <files...>', 'the results to take, instead of results/latest.json')
  .showHelpAfterError()
  .action(async ({ update = false, race = [] }: { update?: boolean; race?: string[] }) => {
    if (update || race.length > 0) {
      const { races, attacks } = resultsOf(race);
      writeFileSync(
        figuresFile,
        `${JSON.stringify(updated(readFigures(), races, attacks), null, 2)}\n`,
      );
      process.stdout.write('docs/figures.json\n');
    }
    for (const file of generatedFiles) {
      writeFileSync(join(root, file), await generatedPage(file));
      process.stdout.write(`${file}\n`);
    }
  })
  .parseAsync();
