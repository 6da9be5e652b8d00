import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateFiles, names } from '@nx/devkit';

const here = dirname(fileURLToPath(import.meta.url));
const list = 'libs/service/strategies/src/index.ts';

/** Where a new strategy is told to readers: which table, and its row. */
const tables = [
  {
    file: 'README.md',
    strategies: {
      head: '| strategy |',
      apart: {
        section: 'nothing yet: a plain transaction',
        engine: "the coupon's row, locked by its own statements",
      },
      yes: 'yes',
      no: 'no',
    },
    settings: {
      head: '| variable |',
      inside: 'claims of one coupon let in at once',
      queue: 'claims of one coupon in line; more are answered 503',
    },
  },
  {
    file: 'README.ko.md',
    strategies: {
      head: '| 전략 |',
      apart: { section: '아직 없음: 보통의 트랜잭션', engine: '자체 문장으로 잠그는 쿠폰의 행' },
      yes: '예',
      no: '아니오',
    },
    settings: {
      head: '| 변수 |',
      inside: '쿠폰 하나에 동시에 들여보내는 요청 수',
      queue: '쿠폰 하나에 줄을 선 요청 수. 넘으면 503',
    },
  },
];

/**
 * Writes a new strategy into `tree`: its file, settings, spec and docs page, and its place in the
 * list and in both READMEs' tables. Throws when the name is no name or is taken. Returns what is
 * left to do once the files are written: the generated docs.
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
  for (const { file, strategies, settings } of tables) {
    const flag = isSection ? strategies.no : strategies.yes;
    edit(tree, file, (text) => {
      const known = withRow(
        text,
        strategies.head,
        `| \`${name}\` | ${strategies.apart[family]} | ${[flag, flag, flag, flag].join(' | ')} |`,
      );
      return withRow(
        known,
        settings.head,
        `| \`${constant}_INSIDE_MAX\` | 8 | ${settings.inside} |`,
        `| \`${constant}_QUEUE_MAX\` | 10000 | ${settings.queue} |`,
      );
    });
  }
  return () => {
    execFileSync('npm', ['run', '--silent', 'docs'], { cwd: tree.root, stdio: 'inherit' });
    process.stdout.write(
      `\nlibs/service/strategies/src/${name}/${name}.ts is yours. What it promises is attacked by:\n  npm run conformance -- --strategy ${name}\n  npm run race -- --strategies ${name}\n`,
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
 * The list with one more strategy: its import where the alphabet puts it, its entry at the end.
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
      `${start}${before},${end.startsWith('\n') ? '\n  ' : ' '}${property}${end.startsWith('\n') ? ',' : ''}${end}`,
  );
}

/**
 * The text with further rows at the end of the first table whose heading starts with `head`.
 * @param {string} text
 * @param {string} head
 * @param {string[]} rows
 */
function withRow(text, head, ...rows) {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.replace(/ +\|/g, ' |').startsWith(head));
  if (start === -1) throw new Error(`no table starts with "${head}"`);
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  lines.splice(length === -1 ? lines.length : start + length, 0, ...rows);
  return lines.join('\n');
}
