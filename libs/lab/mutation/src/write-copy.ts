import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import {
  copiedPackages,
  EXAMPLE,
  exampleText,
  sourcesOf,
  type CopiedPackage,
  type MutatedFile,
} from './targets.js';
import { workspaceRoot } from './workspace.js';

/** A copy of the strategies with one file changed, which any process can load plugins from. */
export interface StrategyCopy extends Disposable {
  /** The file that exports the strategy of that name. */
  pluginFile(strategy: string): string;
}

/** Ignored by git, and inside the workspace, so that `@coupon/*` is found from there. */
const copiesFolder = join(workspaceRoot, '.nx/mutation');

/** The copies that are left; whatever ends the process, they are removed. */
const copies = new Set<string>();
process.on('exit', () => {
  for (const root of copies) rmSync(root, { recursive: true, force: true });
});

/**
 * Thrown by the service, and told apart by `instanceof`: the copy must use the service's own one.
 */
const STALE_SNAPSHOT = 'stock-transaction.ts';

/** Imports of the copied packages lead into the copy; all others to the workspace's packages. */
const redirected = (text: string, folder: string, root: string): string =>
  text.replace(/'@coupon\/(redis|concurrency)'/g, (_, name: string) => {
    const path = relative(folder, join(root, name, 'index.js'));
    return `'${path.startsWith('.') ? path : `./${path}`}'`;
  });

function copyPackage(
  name: CopiedPackage,
  root: string,
  changed: MutatedFile['place'],
  text: string,
): void {
  for (const entry of readdirSync(sourcesOf(name), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.spec.ts')) continue;
    const source = join(entry.parentPath, entry.name);
    const path = relative(sourcesOf(name), source);
    const isChanged = changed?.package === name && changed.path === path;
    const copy = join(root, name, path);
    mkdirSync(dirname(copy), { recursive: true });
    const content =
      path === STALE_SNAPSHOT
        ? "export { StaleSnapshot } from '@coupon/concurrency';\n"
        : redirected(isChanged ? text : readFileSync(source, 'utf8'), dirname(copy), root);
    writeFileSync(copy, content);
  }
}

/** A strategy of the copy, whose connections run the copy's scripts. */
const entryText = (strategy: string): string => `
import { plugins } from './strategies/index.js';
import { lockScripts } from './redis/lock-scripts.js';

const plugin = plugins.find(({ name }) => name === '${strategy}');

async function withScripts(redis) {
  const connection = await redis();
  for (const [name, script] of Object.entries(lockScripts))
    connection.client.defineCommand(name, script);
  return connection;
}

export default {
  ...plugin,
  configure: (env) => {
    const open = plugin.configure(env);
    return (resources) =>
      open({ ...resources, redis: () => withScripts(() => resources.redis()) });
  },
};
`;

/**
 * Writes a copy of the strategies with `text` in the place of `file`; null: as they are. Disposing
 * removes it.
 */
export function writeCopy(
  change: { readonly file: MutatedFile; readonly text: string } | null,
): StrategyCopy {
  mkdirSync(copiesFolder, { recursive: true });
  const root = mkdtempSync(join(copiesFolder, 'copy-'));
  copies.add(root);
  const isExample = change?.file.target === EXAMPLE;
  if (!isExample)
    for (const name of copiedPackages)
      copyPackage(name, root, change?.file.place ?? null, change?.text ?? '');
  return {
    pluginFile(strategy) {
      const file = join(root, strategy === EXAMPLE ? `${EXAMPLE}.mjs` : `${strategy}.ts`);
      const example = isExample ? change.text : exampleText();
      writeFileSync(file, strategy === EXAMPLE ? example : entryText(strategy));
      return file;
    },
    [Symbol.dispose]() {
      rmSync(root, { recursive: true, force: true });
      copies.delete(root);
    },
  };
}
