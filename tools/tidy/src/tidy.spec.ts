import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { duplicateTypes, rules, type TidyFinding } from './rules.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

const lines = (findings: readonly TidyFinding[]): string[] =>
  findings.map(({ path, line, what }) => `${path}${line === null ? '' : `:${line}`} ${what}`);

describe('the repository', () => {
  it.each(rules.map((rule) => [rule.name, rule] as const))('%s', (_name, rule) => {
    expect(lines(files.flatMap((file) => rule(file)))).toEqual([]);
  });

  it('exports no two types of one name', () => {
    expect(lines(duplicateTypes(files))).toEqual([]);
  });

  it('lists every strategy that has a folder', () => {
    const folder = join(root, 'libs/service/strategies/src');
    const folders = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );
    const list = readFileSync(join(folder, 'index.ts'), 'utf8');
    expect(folders.filter((name) => !list.includes(`./${name}/${name}.js`))).toEqual([]);
    expect(folders.length).toBeGreaterThan(0);
  });

  it('names only paths in CONTRIBUTING.md that exist', () => {
    const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
    const paths = [...text.matchAll(/`((?:apps|docs|k6|libs|tools|\.cspell)\/[^`\s]+)`/g)].map(
      ([, path = '']) => path,
    );
    expect(paths.length).toBeGreaterThan(15);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('leads its README with the two commands', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8')
      .split('\n')
      .slice(0, 12)
      .join('\n');
    expect(readme).toMatch(/npm ci && npm start\nnpm test/);
  });

  it.each(['docs/SETTINGS.md', 'docs/SETTINGS.ko.md'])(
    'tells every environment variable that it reads in %s',
    (name) => {
      const page = readFileSync(join(root, name), 'utf8');
      const asked =
        /(?:(?:read\.\w+|integer|flag|oneOf|text)\(|env\[|__ENV\.|__ENV\[)'?([A-Z][A-Z0-9_]+)/g;
      const sources = files.filter(
        ({ path }) =>
          /^(apps|libs|tools\/services|k6)\/.*\.ts$/.test(path) &&
          !/spec|\/test\/|^libs\/lab\/conformance\//.test(path),
      );
      const variables = new Set(
        sources.flatMap(({ text }) =>
          [...text.matchAll(asked)].map(([, variable = '']) => variable),
        ),
      );
      for (const foreign of ['HOME', 'PATH', 'XDG_CACHE_HOME', 'JEST_WORKER_ID'])
        variables.delete(foreign); // the system's and jest's
      expect(variables.size).toBeGreaterThan(25);
      expect([...variables].filter((variable) => !page.includes(`\`${variable}\``))).toEqual([]);
    },
  );
});
