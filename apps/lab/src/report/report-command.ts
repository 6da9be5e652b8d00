import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../run/user-error.js';
import { resultsFolder } from '../run/paths.js';
import { writeReport } from './write-report.js';

/** The newest race that left a result. Throws UserError when there is none. */
function newest(): string {
  const races = existsSync(resultsFolder)
    ? readdirSync(resultsFolder).filter(
        (name) => /^\d{4}-/.test(name) && existsSync(join(resultsFolder, name, 'result.json')),
      )
    : [];
  const last = races.sort().at(-1);
  if (last === undefined)
    throw new UserError('there is no race in results/ yet: npm start makes one');
  return join(resultsFolder, last);
}

/**
 * Writes the report of a race anew, such as after the report has learned something: of `folder`, or
 * of the newest race.
 */
export async function reportOf(folder: string | undefined): Promise<0> {
  process.stdout.write(
    `Report: ${await writeReport(folder === undefined ? newest() : resolve(folder))}\n`,
  );
  return 0;
}
