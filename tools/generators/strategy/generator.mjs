import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateFiles, names } from '@nx/devkit';
import { format, resolveConfig } from 'prettier';

const here = dirname(fileURLToPath(import.meta.url));
const list = 'libs/service/strategies/src/index.ts';

/**
 * Writes a new strategy into `tree`: its file, spec, docs page and entry in the list, as Prettier
 * formats them. Throws when the name is malformed or taken. Returns a callback for after the files
 * are written: it generates the documentation.
 * @param {import('@nx/devkit').Tree} tree
 * @param {{ readonly name: string, readonly family?: 'section' | 'engine' }} options
 * @returns {Promise<() => void>}
 */
export default async function strategy(tree, { name, family = 'section' }) {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new Error(`"${name}" must be words of a-z and 0-9 joined by "-"`);
  if (tree.exists(`libs/service/strategies/src/${name}`))
    throw new Error(`there is a strategy "${name}" already: libs/service/strategies/src/${name}`);
  const { propertyName: property, constantName: constant } = names(name);
  const isSection = family === 'section';
  const [yes, why] = isSection
    ? ['no', 'nothing keeps claims apart']
    : ['yes', "the coupon's row is locked from the read to COMMIT"];
  for (const folder of ['common', family])
    generateFiles(tree, join(here, 'files', folder), '.', {
      name,
      property,
      constant,
      family,
      yes,
      why,
    });
  edit(tree, list, (text) => listed(text, name, property));
  const config = await resolveConfig(fileURLToPath(import.meta.url));
  for (const { path, content } of tree.listChanges()) {
    if (content !== null && path.includes(name))
      tree.write(path, await format(content.toString(), { ...config, filepath: path }));
  }
  return () => {
    execFileSync('npm', ['run', '--silent', 'docs'], { cwd: tree.root, stdio: 'inherit' });
    process.stdout.write(
      `\nlibs/service/strategies/src/${name}/${name}.ts is yours. ` +
        `Its guarantees are attacked by:\n  npm run conformance -- --strategy ${name}\n` +
        `  npm run race -- --strategies ${name}\n`,
    );
  };
}

/**
 * @param {import('@nx/devkit').Tree} tree
 * @param {string} file
 * @param {(text: string) => string} change
 */
function edit(tree, file, change) {
  const text = tree.read(file, 'utf-8');
  if (text === null) throw new Error(`there is no ${file}: is this the repository's root?`);
  tree.write(file, change(text));
}

/**
 * The list with one more strategy: its import in alphabetical order, its entry at the end.
 * @param {string} text
 * @param {string} name
 * @param {string} property
 */
function listed(text, name, property) {
  const lines = text.split('\n');
  const own = `import { ${property} } from './${name}/${name}.js';`;
  const path = (/** @type {string} */ line) => /^import .* from '(\.\/.*)';$/.exec(line)?.[1];
  const after = lines.findIndex((line) => (path(line) ?? '') > `./${name}/${name}.js`);
  lines.splice(
    after === -1 ? lines.findLastIndex((line) => path(line) !== undefined) + 1 : after,
    0,
    own,
  );
  const entries = /(export const plugins: readonly Plugin\[\] = \[)([^\]]*?),?(\s*\];)/;
  const found = lines.join('\n');
  if (!entries.test(found))
    throw new Error(`${list} has no list "export const plugins: readonly Plugin[] = [...]"`);
  return found.replace(
    entries,
    (_all, start, before, end) =>
      `${start}${before},${end.startsWith('\n') ? '\n  ' : ' '}${property}` +
      `${end.startsWith('\n') ? ',' : ''}${end}`,
  );
}
