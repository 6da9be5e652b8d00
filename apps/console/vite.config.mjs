import { defineConfig } from 'vite';

/**
 * One page, no source maps, nothing inlined: the lab serves it under a policy that forbids inline
 * scripts and styles.
 */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
  },
  logLevel: 'warn',
});
