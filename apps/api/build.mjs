import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const out = join(here, 'dist');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await bundle(join(here, 'src/main.ts'), join(out, 'main.js'));

/** Scripts that are read at run time, relative to the module that reads them: in the bundle all modules are one. */
const taken = new Set();
for (const entry of readdirSync(join(root, 'libs'), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith('.lua') || entry.parentPath.includes('node_modules')) continue;
  const name = basename(entry.name);
  if (taken.has(name)) throw new Error(`two scripts named ${name}: their names must differ`);
  taken.add(name);
  copyFileSync(join(entry.parentPath, name), join(out, name));
}
