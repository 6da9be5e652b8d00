import ts from 'typescript';
import { replacing, walk, type Mutation, type Operator } from '../mutation.js';
import { functionNameAt, isAside } from '../syntax.js';

const isInTry = (node: ts.Node): boolean => {
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isFunctionLike(at)) return false;
    if (ts.isTryStatement(at.parent) && at.parent.tryBlock === at) return true;
  }
  return false;
};

/** Whether the value of `await` goes nowhere, into a condition, or out of a `try`. */
function isForgettable(node: ts.AwaitExpression): boolean {
  let outer: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(outer) || ts.isPrefixUnaryExpression(outer))
    outer = outer.parent;
  if (ts.isReturnStatement(outer)) return isInTry(node);
  return (
    (ts.isExpressionStatement(outer) && !/^await (sleep|this\.pause)\(/.test(node.getText())) ||
    ts.isIfStatement(outer) ||
    ts.isWhileStatement(outer) ||
    ts.isConditionalExpression(outer)
  );
}

/** Leaves out an `await` where nobody misses it at first. */
export const forgetAwait: Operator = {
  name: 'forget-await',
  title: 'an `await` is forgotten',
  mutate(source) {
    const found: Mutation[] = [];
    walk(source, (node) => {
      if (!ts.isAwaitExpression(node) || isAside(node) || !isForgettable(node)) return;
      found.push({
        where: functionNameAt(node),
        what: `\`${node.expression.getText().split('\n')[0] ?? ''}\` is not awaited`,
        edits: [replacing(node, node.expression.getText())],
      });
    });
    return found;
  },
};
