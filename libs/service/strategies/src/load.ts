import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ConfigFaults } from '@coupon/application';
import { resolve as resolvePackage } from 'import-meta-resolve';
import { adaptPlugin } from './external.js';
import type { Plugin } from './plugin.js';

/**
 * Whether `name` names an external strategy: such names have a character that built-in ones never
 * have, the @ of a scope or the / or dot of a path.
 */
export const isExternal = (name: string): boolean => /[@/\\.]/.test(name);

/**
 * Loads the strategy that a package (`@acme/coupon-strategy-x`) or a file (`./my-lock.mjs`, or an
 * absolute path) exports as `default` or as `plugin`; both are resolved from `folder`. Rejects with
 * ConfigFaults when it is not found, does not load, exports no strategy, or one with a wrong field.
 */
export async function loadExternal(name: string, folder: string = process.cwd()): Promise<Plugin> {
  const failed = (allowed: string): ConfigFaults =>
    new ConfigFaults([{ variable: 'LOCK_STRATEGY', value: name, allowed }]);
  let source: string;
  try {
    source = fileOf(name, folder);
  } catch (error) {
    throw failed(`a package or a file that is found from ${folder} (${firstLine(error)})`);
  }
  let module: unknown;
  try {
    module = await import(pathToFileURL(source).href);
  } catch (error) {
    throw failed(`a module that loads (${source}: ${firstLine(error)})`);
  }
  const exported = exportsOf(module);
  const candidate = exported.get('default') ?? exported.get('plugin');
  if (typeof candidate === 'object' && candidate !== null)
    return adaptPlugin(candidate, name, source);
  throw failed(
    'a module that exports a strategy as default or as plugin ' +
      `(${source} exports ${[...exported.keys()].join(', ') || 'nothing'})`,
  );
}

/**
 * Resolves paths as `require` does, so that a folder with a package.json works, and packages as
 * `import` does, by their exports.
 */
function fileOf(name: string, folder: string): string {
  const beside = join(folder, 'any.js');
  if (/^(\.{0,2}[/\\]|[A-Za-z]:[/\\])/.test(name)) return createRequire(beside).resolve(name);
  const url = new URL(resolvePackage(name, pathToFileURL(beside).href));
  if (url.protocol !== 'file:') throw new Error(`${url.protocol} is not supported`);
  return fileURLToPath(url);
}

/**
 * A module's exports; for a CommonJS module that was compiled from ESM, the exports of that ESM.
 */
function exportsOf(module: unknown): ReadonlyMap<string, unknown> {
  const entries = (thing: unknown): [string, unknown][] =>
    typeof thing === 'object' && thing !== null ? Object.entries(thing) : [];
  const outer = new Map(entries(module));
  const inner = new Map(entries(outer.get('default')));
  return inner.get('__esModule') === true ? inner : outer;
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
