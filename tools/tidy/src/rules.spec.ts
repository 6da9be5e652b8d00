import { describe, expect, it } from '@jest/globals';
import {
  documentedExports,
  duplicateTypes,
  fieldWords,
  finishedAndPortable,
  kebabFiles,
  plainNames,
  reasonedExceptions,
  type Rule,
} from './rules.js';

const at = (path: string, text: string) => ({ path, text });
// Spelled apart, so that this file does not break the rules it tests.
const later = ['TO', 'DO'].join('');
const home = ['/ho', 'me/jo/x'].join('');
const exception = `// ${['eslint', 'disable', 'next', 'line'].join('-')} no-x`;

const cases: readonly [
  string,
  Rule,
  { path: string; text: string },
  { path: string; text: string },
][] = [
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
    'reasonedExceptions',
    reasonedExceptions,
    at('a.ts', exception),
    at('a.ts', `${exception} -- because`),
  ],
  [
    'fieldWords',
    fieldWords,
    at('a.ts', 'const stock = booksOf(connection);'),
    at('a.ts', 'const stock = cookbooksOf(connection);'),
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
];

describe('each rule finds what it is there for, and nothing else', () => {
  it.each(cases)('%s', (_name, rule, broken, kept) => {
    expect(rule(broken).map((finding) => finding.path)).toEqual([broken.path]);
    expect(rule(kept)).toEqual([]);
  });
});

describe('duplicateTypes', () => {
  it('finds types that two files export under one name', () => {
    const files = [
      at('a.ts', 'export interface Run { a: 1 }\nexport const lap = 1;'),
      at('b.ts', 'export class Run {}\nexport const lap = 2;'),
      at('c.ts', 'interface Run { b: 1 }\nexport type Lap = 1;'),
    ];
    expect(duplicateTypes(files).map(({ path, line }) => [path, line])).toEqual([
      ['a.ts', 1],
      ['b.ts', 1],
    ]);
  });

  it('takes a re-export for what it is', () => {
    const files = [
      at('a.ts', 'export type Run = 1;'),
      at('index.ts', "export { type Run } from './a.js';"),
    ];
    expect(duplicateTypes(files)).toEqual([]);
  });
});
