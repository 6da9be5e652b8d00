import { describe, expect, it } from '@jest/globals';
import {
  documentedExports,
  exactPins,
  finishedAndPortable,
  kebabFiles,
  nothingSwitchedOff,
  plainNames,
  shortFiles,
  shortFunctions,
  type Rule,
} from './rules.js';

const at = (path: string, text: string) => ({ path, text });
const long = (lines: number) => Array.from({ length: lines }, (_, n) => `  // ${n}`).join('\n');
// Spelled apart, so that this file does not break the rules it tests.
const [off, later, home] = [
  ['an', 'y'].join(''),
  ['TO', 'DO'].join(''),
  ['/ho', 'me/jo/x'].join(''),
];

const cases: readonly [
  string,
  Rule,
  { path: string; text: string },
  { path: string; text: string },
][] = [
  ['shortFiles', shortFiles, at('a.ts', `${long(301)}\n`), at('a.ts', `${long(300)}\n`)],
  [
    'shortFunctions',
    shortFunctions,
    at('a.ts', `function f() {\n${long(69)}\n}`),
    at('a.ts', `function f() {\n${long(68)}\n}`),
  ],
  [
    'documentedExports',
    documentedExports,
    at('a.ts', 'export const a = 1;'),
    at('a.ts', '/** One. */\nexport const a = 1;'),
  ],
  [
    'plainNames, in code',
    plainNames,
    at('a.ts', 'class LockManager {}'),
    at('a.ts', 'class Lock {}'),
  ],
  [
    'plainNames, I-prefix',
    plainNames,
    at('a.ts', 'interface ILock { a: 1 }'),
    at('a.ts', 'interface Issue { a: 1 }'),
  ],
  ['plainNames, in paths', plainNames, at('lock-utils.ts', ''), at('lock.ts', '')],
  ['kebabFiles', kebabFiles, at('libs/spinLock.ts', ''), at('libs/spin-lock.int.spec.ts', '')],
  [
    'nothingSwitchedOff, types',
    nothingSwitchedOff,
    at('a.ts', `const a: ${off} = 1`),
    at('a.ts', 'const a: number = 1'),
  ],
  [
    'nothingSwitchedOff, lint',
    nothingSwitchedOff,
    at('a.ts', `// eslint-${'disable'}-next-line no-x`),
    at('a.ts', `// eslint-${'disable'}-next-line no-x -- because`),
  ],
  [
    'nothingSwitchedOff, tests',
    nothingSwitchedOff,
    at('a.spec.ts', `it.${'only'}('x')`),
    at('a.spec.ts', "it('x')"),
  ],
  [
    'finishedAndPortable, later',
    finishedAndPortable,
    at('a.md', `${later}: more`),
    at('a.md', 'done'),
  ],
  [
    'finishedAndPortable, paths',
    finishedAndPortable,
    at('a.ts', `read('${home}')`),
    at('a.ts', "read('home/jo/x')"),
  ],
  [
    'exactPins',
    exactPins,
    at('package.json', '    "zod": "^4.6.7"'),
    at('package.json', '    "zod": "4.6.7"'),
  ],
];

describe('each rule finds what it is there for, and nothing else', () => {
  it.each(cases)('%s', (_name, rule, broken, kept) => {
    expect(rule(broken).map((fault) => fault.path)).toEqual([broken.path]);
    expect(rule(kept)).toEqual([]);
  });
});
