import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../api/bundle.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, 'dist', process.argv[2] ?? '.'); // specs build into folders of their own

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await bundle(join(here, 'src/main.ts'), join(out, 'main.js'));

/**
 * Scripts are read at run time, relative to the module that reads them: in the bundle all modules
 * are one.
 */
for (const entry of readdirSync(join(here, '../../libs'), {
  recursive: true,
  withFileTypes: true,
})) {
  if (entry.isFile() && entry.name.endsWith('.lua') && !entry.parentPath.includes('node_modules'))
    copyFileSync(join(entry.parentPath, entry.name), join(out, entry.name));
}
