import ts from 'typescript';
import { replacing, walk, type Mutation, type Operator } from '../mutation.js';
import { functionNameAt, isAside, isInFunction, isReport } from '../syntax.js';

const isPause = (statement: ts.Statement): boolean =>
  /^await (sleep|this\.pause)\(/.test(statement.getText());

/** Whether a statement stands for itself, and something depends on it. */
const mayGo = (statement: ts.Statement): statement is ts.ExpressionStatement =>
  ts.isExpressionStatement(statement) && !isReport(statement) && !isPause(statement);

/** Leaves one statement out. Reports and pauses stay: nothing that is guaranteed needs them. */
export const dropStatement: Operator = {
  name: 'drop-statement',
  title: 'a statement is left out',
  mutate(source) {
    const found: Mutation[] = [];
    walk(source, (node) => {
      if (!ts.isExpressionStatement(node) || !mayGo(node)) return;
      if (!isInFunction(node) || isAside(node)) return;
      found.push({
        where: functionNameAt(node),
        what: `without \`${node.getText().split('\n')[0] ?? ''}\``,
        edits: [replacing(node, ts.isBlock(node.parent) ? '' : ';')],
      });
    });
    return found;
  },
};

const acts = /\bawait\b|\.(set|add|delete|count|push)\(|monotonicMs\(\)/;

const namesDeclaredBy = (statement: ts.Statement): readonly string[] => {
  if (!ts.isVariableStatement(statement)) return [];
  const names: string[] = [];
  walk(statement.declarationList, (node) => {
    if (ts.isBindingElement(node) || ts.isVariableDeclaration(node))
      if (ts.isIdentifier(node.name)) names.push(node.name.text);
  });
  return names;
};

const uses = (statement: ts.Statement, names: readonly string[]): boolean => {
  let isUsed = false;
  walk(statement, (node) => {
    if (ts.isIdentifier(node) && names.includes(node.text)) isUsed = true;
  });
  return isUsed;
};

const isMovable = (statement: ts.Statement): boolean =>
  (ts.isExpressionStatement(statement) || ts.isVariableStatement(statement)) &&
  !isReport(statement) &&
  !isPause(statement) &&
  acts.test(statement.getText());

/** Swaps two neighbors that both act, where the second needs no name that the first declares. */
export const swapStatements: Operator = {
  name: 'swap-statements',
  title: 'two neighboring statements in the wrong order',
  mutate(source) {
    const found: Mutation[] = [];
    walk(source, (node) => {
      if (!ts.isBlock(node) || isAside(node)) return;
      for (const [n, second] of node.statements.entries()) {
        const first = node.statements[n - 1];
        if (first === undefined || !isMovable(first) || !isMovable(second)) continue;
        if (uses(second, namesDeclaredBy(first)) || uses(first, namesDeclaredBy(second))) continue;
        found.push({
          where: functionNameAt(second),
          what: `\`${second.getText().split('\n')[0] ?? ''}\` comes first`,
          edits: [replacing(first, second.getText()), replacing(second, first.getText())],
        });
      }
    });
    return found;
  },
};
