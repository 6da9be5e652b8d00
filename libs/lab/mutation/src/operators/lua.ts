import type { Edit, Mutation } from '../mutation.js';

/** Puts one kind of fault into a Lua script. Pure. */
export interface LuaOperator {
  readonly name: string;
  readonly title: string;
  mutate(script: string): readonly Mutation[];
}

/** One line of code, and where it starts in the script. */
interface Line {
  readonly code: string;
  readonly start: number;
}

function linesOf(script: string): readonly Line[] {
  let start = 0;
  return script.split('\n').flatMap((code) => {
    const line = { code, start };
    start += code.length + 1;
    return /^\s*(--|$)/.test(code) ? [] : [line];
  });
}

type Change = readonly [what: string, code: string];

const onLines = (
  name: string,
  title: string,
  change: (code: string) => readonly Change[],
): LuaOperator => ({
  name,
  title,
  mutate: (script) =>
    linesOf(script).flatMap(({ code, start }) =>
      change(code)
        .filter(([, changed]) => changed !== code)
        .map(([what, text]): Mutation => {
          const edit: Edit = { start, end: start + code.length, text };
          return { where: 'script', what, edits: [edit] };
        }),
    ),
});

const replaced = (code: string, pattern: RegExp, text: string, what: string): readonly Change[] =>
  pattern.test(code) ? [[what, code.replace(pattern, text)]] : [];

/** The faults of scripts, by the names that they have in TypeScript too. */
export const luaOperators: readonly LuaOperator[] = [
  onLines('drop-statement', 'a statement is left out', (code) =>
    /^\s*redis\.p?call\(.*\)( --.*)?$/.test(code) ? [[`without \`${code.trim()}\``, '']] : [],
  ),
  onLines('guard-removed', 'a check is left out', (code) =>
    replaced(code, /\bif (.*) then$/, 'if false then', `without \`${code.trim()}\``),
  ),
  onLines('ignore-result', 'the answer of a request is not looked at', (code) =>
    replaced(code, /^(\s*)if (.*) then$/, '$1if true then', `\`${code.trim()}\` counts as true`),
  ),
  onLines('condition-halved', 'one part of a condition is left out', (code) => [
    ...replaced(code, /if (.*?) (and|or) .* then$/, 'if $1 then', `\`${code.trim()}\`, first part`),
    ...replaced(
      code,
      /if .*? (?:and|or) (.*) then$/,
      'if $1 then',
      `\`${code.trim()}\`, last part`,
    ),
  ]),
  onLines('comparison-flipped', 'a comparison the wrong way round', (code) =>
    code.includes('==')
      ? replaced(code, /==/, '~=', `\`${code.trim()}\` with ~=`)
      : replaced(code, /~=/, '==', `\`${code.trim()}\` with ==`),
  ),
  onLines('off-by-one', 'a boundary or a count is one off', (code) => [
    ...replaced(code, / >= /, ' > ', `\`${code.trim()}\` with >`),
    ...replaced(code, / \+ 1\b/, '', `\`${code.trim()}\` without + 1`),
    ...replaced(code, /(HINCRBY.*), 1\)/, '$1, 2)', `\`${code.trim()}\` by 2`),
  ]),
  onLines('wrong-return', 'a wrong answer', (code) => [
    ...replaced(code, /^(\s*)return 1$/, '$1return 0', 'answers 0, not 1'),
    ...replaced(code, /^(\s*)return 0$/, '$1return 1', 'answers 1, not 0'),
    ...replaced(code, /^(\s*)return -1$/, '$1return 1', 'answers 1, not -1'),
    ...replaced(code, /^(\s*)return 2$/, '$1return 1', 'answers 1, not 2'),
  ]),
  onLines('set-option', 'an option of SET is forgotten', (code) => [
    ...replaced(code, /, 'NX'\)/, ')', 'SET without NX'),
    ...replaced(code, /, 'PX', ARGV\[\d\]/, '', 'SET without PX'),
    ...replaced(code, /'PX'/, "'EX'", 'SET with EX for PX'),
  ]),
];
