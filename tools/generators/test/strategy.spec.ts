import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Tree } from '@nx/devkit';
import { createTree } from '@nx/devkit/testing';
import { check, resolveConfig } from 'prettier';
import ts from 'typescript';
import { rules } from '../../tidy/src/rules.js';
import strategy from '../strategy/generator.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const list = 'libs/service/strategies/src/index.ts';
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'coupon-generator-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const freshTree = (): Tree => {
  const tree = createTree();
  tree.write(list, read(list));
  return tree;
};
const addedTo = (tree: Tree, path: string): string[] => {
  const before = new Set(read(path).split('\n'));
  return (tree.read(path, 'utf-8') ?? '').split('\n').filter((line) => !before.has(line));
};

describe('nx g @coupon/generators:strategy', () => {
  it('writes a strategy, its spec and its page, and adds it to the list: four files', async () => {
    const tree = freshTree();
    const before = new Set(tree.listChanges().map(({ path }) => path));
    await strategy(tree, { name: 'my-lock' });
    const written = tree.listChanges().map(({ path }) => path);
    expect(written.filter((path) => !before.has(path)).sort()).toEqual([
      'docs/strategies/my-lock.md',
      'libs/service/strategies/src/my-lock/my-lock.ts',
      'libs/service/strategies/test/my-lock.int.spec.ts',
    ]);
    expect(addedTo(tree, list)).toEqual([
      "import { myLock } from './my-lock/my-lock.js';",
      '  myLock,',
    ]);
  });

  it.each(['section', 'engine'] as const)(
    'what it writes for a %s compiles with the rest, is formatted, and keeps the rules of style',
    async (family) => {
      const tree = freshTree();
      await strategy(tree, { name: `my-${family}`, family });
      const copy = join(folder, family);
      mkdirSync(copy);
      // Only the strategies' project is copied; what it imports of the others is found where it is.
      cpSync(join(root, 'libs/service/strategies'), join(copy, 'libs/service/strategies'), {
        recursive: true,
        filter: (path) => !path.includes('node_modules'),
      });
      // A spec of theirs borrows the proxy of the neighbor's specs.
      for (const path of ['package.json', 'test/cutting-proxy.ts'])
        cpSync(join(root, 'libs/service/mysql', path), join(copy, 'libs/service/mysql', path));
      cpSync(join(root, 'tsconfig.base.json'), join(copy, 'tsconfig.base.json'));
      symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
      const files = tree
        .listChanges()
        .map(({ path, content }) => ({ path, text: content?.toString() ?? '' }));
      for (const { path, text } of files) {
        mkdirSync(dirname(join(copy, path)), { recursive: true });
        writeFileSync(join(copy, path), text);
      }
      const { options, fileNames } = ts.parseJsonConfigFileContent(
        ts.readConfigFile(join(copy, 'libs/service/strategies/tsconfig.json'), (path) =>
          readFileSync(path, 'utf8'),
        ).config,
        ts.sys,
        join(copy, 'libs/service/strategies'),
      );
      expect(fileNames.filter((path) => path.includes(`my-${family}`))).toHaveLength(2);
      const faults = ts.getPreEmitDiagnostics(ts.createProgram(fileNames, options));
      expect(
        faults.map(
          ({ file, messageText }) =>
            `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
        ),
      ).toEqual([]);
      expect(files.flatMap((file) => rules.flatMap((rule) => rule(file)))).toEqual([]);
      const config = await resolveConfig(join(root, 'package.json'));
      for (const { path, text } of files.filter(({ path }) => path.includes(`my-${family}`))) {
        expect(await check(text, { ...config, filepath: path })).toBe(true);
        if (path.endsWith('.ts'))
          expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
      }
    },
    60_000,
  );

  it('rejects a malformed name, and one that is taken', async () => {
    await expect(strategy(freshTree(), { name: 'MyLock' })).rejects.toThrow(
      '"MyLock" must be words',
    );
    const tree = freshTree();
    await strategy(tree, { name: 'my-lock' });
    await expect(strategy(tree, { name: 'my-lock' })).rejects.toThrow(
      'there is a strategy "my-lock" already',
    );
  });
});
