import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles the workspace's own sources into one file; everything from npm stays where npm put it. */
const npmStaysOutside = {
  name: 'npm-stays-outside',
  setup: ({ onResolve }) => onResolve({ filter: /^[^./]/ }, ({ path, kind }) => (kind === 'entry-point' || path.startsWith('@coupon/') ? null : { path, external: true })),
};

/** Builds `entry` into `outfile`, to be run by plain node. */
export const bundle = (entry, outfile) =>
  build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', sourcemap: 'linked', logLevel: 'warning', plugins: [npmStaysOutside] });

const [, self, entry, outfile] = process.argv;
if (self === fileURLToPath(import.meta.url)) await bundle(entry, outfile);
