import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, put } from './bundle.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const out = join(here, 'dist');

/**
 * Scripts that are read at run time, relative to the module that reads them: in the bundle all
 * modules are one.
 */
const taken = new Set();
for (const entry of readdirSync(join(root, 'libs'), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith('.lua') || entry.parentPath.includes('node_modules'))
    continue;
  const name = basename(entry.name);
  if (taken.has(name)) throw new Error(`two scripts named ${name}: their names must differ`);
  taken.add(name);
  put(join(out, name), readFileSync(join(entry.parentPath, name)));
}

for (const name of readdirSync(out))
  if (name.endsWith('.lua') && !taken.has(name)) rmSync(join(out, name), { force: true });
await bundle(join(here, 'src/main.ts'), join(out, 'main.js')); // last: it reads the others
