import ts from 'typescript';
import { replacing, walk, type Mutation, type Operator } from '../mutation.js';
import { calleeName, functionNameAt, isAside } from '../syntax.js';

const firstLine = (node: ts.Node): string => node.getText().split('\n')[0] ?? '';

const onCalls = (
  name: string,
  title: string,
  mutate: (
    call: ts.CallExpression,
  ) => readonly (readonly [what: string, text: string, part?: ts.Node])[],
): Operator => ({
  name,
  title,
  mutate(source) {
    const found: Mutation[] = [];
    walk(source, (node) => {
      if (!ts.isCallExpression(node) || isAside(node)) return;
      for (const [what, text, part = node] of mutate(node))
        found.push({ where: functionNameAt(node), what, edits: [replacing(part, text)] });
    });
    return found;
  },
});

const clauses = new Set(['forUpdate', 'skipLocked', 'where']);

/** A read without its lock, or a statement without one of its conditions. */
export const dropClause = onCalls('drop-clause', 'a clause of a statement is left out', (call) =>
  clauses.has(calleeName(call)) && ts.isPropertyAccessExpression(call.expression)
    ? [
        [
          `without .${calleeName(call)}(${call.arguments.map(firstLine).join(', ')})`,
          call.expression.expression.getText(),
        ],
      ]
    : [],
);

const wrappers = new Set(['withConcurrencyLimit', 'withRetry']);

/** A bound, or the retry of conflicts, is left out. */
export const unwrap = onCalls('unwrap', 'a bound or a retry is left out', (call) => {
  if (!wrappers.has(calleeName(call))) return [];
  const section = calleeName(call) === 'withRetry' ? call.arguments[0] : call.arguments.at(-1);
  return section === undefined ? [] : [[`without ${calleeName(call)}`, section.getText()]];
});

/** SET without NX lets everybody in; without PX it never ends. */
export const setOption = onCalls('set-option', 'an option of SET is forgotten', (call) => {
  if (calleeName(call) !== 'set' || call.arguments.length < 4) return [];
  const text = call.getText();
  return [
    ['SET without NX', text.replace(/, 'NX'/, '')],
    ['SET without PX', text.replace(/'PX', [^,]+, /, '')],
    ['SET with EX for PX', text.replace(/'PX'/, "'EX'")],
  ];
});

const weaker: Readonly<Record<string, string>> = {
  'lock-row': 'plain',
  subtract: 'plain',
  'compare-version': 'subtract',
  serializable: 'plain',
};

/** A transaction in a mode that promises less. */
export const weakerMode: Operator = {
  name: 'weaker-mode',
  title: 'the transaction runs in a mode that promises less',
  mutate(source) {
    const found: Mutation[] = [];
    walk(source, (node) => {
      if (isAside(node)) return;
      const mode = ts.isStringLiteral(node)
        ? weaker[node.text]
        : ts.isObjectLiteralExpression(node) && node.getText().startsWith('{ namedLock:')
          ? 'plain'
          : undefined;
      if (mode === undefined || ts.isLiteralTypeNode(node.parent)) return;
      found.push({
        where: functionNameAt(node),
        what: `'${mode}' in the place of ${firstLine(node)}`,
        edits: [replacing(node, `'${mode}'`)],
      });
    });
    return found;
  },
};
