import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const out = join(here, 'dist');

/** Bundles the workspace's own sources into one file; everything from npm stays where npm put it. */
const npmStaysOutside = {
  name: 'npm-stays-outside',
  setup: ({ onResolve }) => onResolve({ filter: /^[^./]/ }, ({ path, kind }) => (kind === 'entry-point' || path.startsWith('@coupon/') ? null : { path, external: true })),
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await build({
  entryPoints: [join(here, 'src/main.ts')],
  outfile: join(out, 'main.js'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'linked',
  logLevel: 'warning',
  plugins: [npmStaysOutside],
});

/** Scripts that are read at run time, relative to the module that reads them: in the bundle all modules are one. */
const taken = new Set();
for (const entry of readdirSync(join(root, 'libs'), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith('.lua') || entry.parentPath.includes('node_modules')) continue;
  const name = basename(entry.name);
  if (taken.has(name)) throw new Error(`two scripts named ${name}: their names must differ`);
  taken.add(name);
  copyFileSync(join(entry.parentPath, name), join(out, name));
}
