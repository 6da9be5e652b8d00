import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Bundles the workspace's own sources into one file; everything from npm stays where npm put it.
 */
const npmStaysOutside = {
  name: 'npm-stays-outside',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@coupon/') ? null : { path, external: true },
    ),
};

/**
 * Writes a file whole or not at all: another lab in this clone may be about to start what stands
 * there.
 */
export function put(file, body) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, body);
  renameSync(`${file}.${process.pid}`, file);
}

/** Builds `entry` into `outfile`, to be run by plain node. */
export async function bundle(entry, outfile) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    logLevel: 'warning',
    plugins: [npmStaysOutside],
    write: false,
  });
  for (const { path, contents } of outputFiles) put(path, contents);
}

const [, self, entry, outfile] = process.argv;
if (self === fileURLToPath(import.meta.url)) await bundle(entry, outfile);
