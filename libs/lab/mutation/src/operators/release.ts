import ts from 'typescript';
import { replacing, walk, type Edit, type Mutation, type Operator } from '../mutation.js';
import { functionNameAt, isAside } from '../syntax.js';

/** A try with a `finally`, which is where locks are released. */
interface Bracket {
  readonly statement: ts.TryStatement;
  readonly body: string;
  readonly release: string;
  readonly handler: string;
}

const inside = (block: ts.Block): string => block.getText().slice(1, -1).trim();

function brackets(source: ts.SourceFile): readonly Bracket[] {
  const found: Bracket[] = [];
  walk(source, (node) => {
    if (!ts.isTryStatement(node) || node.finallyBlock === undefined || isAside(node)) return;
    found.push({
      statement: node,
      body: inside(node.tryBlock),
      release: inside(node.finallyBlock),
      handler: node.catchClause?.getText() ?? '',
    });
  });
  return found;
}

const operator = (
  name: string,
  title: string,
  move: (bracket: Bracket) => readonly Edit[] | null,
): Operator => ({
  name,
  title,
  mutate: (source) =>
    brackets(source).flatMap((bracket): readonly Mutation[] => {
      const edits = move(bracket);
      return edits === null
        ? []
        : [{ where: functionNameAt(bracket.statement), what: title, edits }];
    }),
});

/** `try { body } catch ... ` without its `finally`. */
const rest = ({ body, handler }: Bracket): string =>
  handler === '' ? body : `try {\n${body}\n} ${handler}`;

/** What stands in `finally` runs before what it guards. */
export const releaseFirst = operator(
  'release-first',
  'the release comes before the work',
  (bracket) => [replacing(bracket.statement, `${bracket.release}\n${rest(bracket)}`)],
);

/** What stands in `finally` runs when the work is done, and so before its COMMIT. */
export const releaseBeforeCommit = operator(
  'release-before-commit',
  'the release comes after the write and before COMMIT',
  ({ statement, body, release, handler }) => {
    if (!/\bwork\b/.test(body)) return null;
    const wrapped =
      `async (stock) => {\nconst done = await work(stock);\n` + `${release}\nreturn done;\n}`;
    const moved = body.replace(/\bwork\b/, () => wrapped);
    return [replacing(statement, handler === '' ? moved : `try {\n${moved}\n} ${handler}`)];
  },
);

/** What stands in `finally` runs only after a success. */
export const releaseOnSuccess = operator(
  'release-on-success-only',
  'nothing is released after a failure',
  ({ statement, body, release, handler }) => {
    const returned = /^return (.*);$/s.exec(body)?.[1];
    if (returned === undefined) return null;
    const text = `const done = ${returned};\n${release}\nreturn done;`;
    return [replacing(statement, handler === '' ? text : `try {\n${text}\n} ${handler}`)];
  },
);

/** What stands in `finally` runs only after a failure. */
export const releaseOnFailure = operator(
  'release-on-failure-only',
  'nothing is released after a success',
  ({ statement, body, release, handler }) =>
    handler === ''
      ? [replacing(statement, `try {\n${body}\n} catch (failure) {\n${release}\nthrow failure;\n}`)]
      : null,
);
