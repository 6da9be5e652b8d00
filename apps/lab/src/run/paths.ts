import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's root. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../../../..');
/** Scenarios and profiles. */
export const k6Folder = join(root, 'k6');
/** The folder of results, ignored by git. */
export const resultsFolder = join(root, 'results');
/** The API's project. */
export const apiFolder = join(root, 'apps/api');
