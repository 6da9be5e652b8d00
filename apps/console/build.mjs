import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'vite';

// Whoever builds it, such as a test whose NODE_ENV says so, the page is the one that is served.
process.env.NODE_ENV = 'production';

const out = join(import.meta.dirname, 'dist');
/**
 * Files of an earlier build stay this long, for a lab that serves them to a page which has not
 * asked for all of them yet.
 */
const KEPT_MS = 3_600_000;

// Several labs, or a lab and the tests, build in one clone: no file may be away or half written for
// a moment, and the page that names the others comes last.
const { output } = await build({
  configFile: join(import.meta.dirname, 'vite.config.mjs'),
  build: { write: false },
});
const files = output.map((one) => ({
  name: one.fileName,
  body: one.type === 'chunk' ? one.code : one.source,
}));
for (const { name, body } of files.sort(
  (a, b) => Number(a.name === 'index.html') - Number(b.name === 'index.html'),
)) {
  const file = join(out, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, body);
  renameSync(`${file}.${process.pid}`, file);
}

const current = new Set(files.map(({ name }) => join(out, name)));
for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name);
  const { mtimeMs = Infinity } = statSync(file, { throwIfNoEntry: false }) ?? {};
  if (entry.isFile() && !current.has(file) && Date.now() - mtimeMs > KEPT_MS)
    rmSync(file, { force: true });
}
