import ts from 'typescript';
import { replacing, walk, type Mutation, type Operator } from '../mutation.js';
import { functionNameAt, isAside, isReport } from '../syntax.js';

const firstLine = (node: ts.Node): string => node.getText().split('\n')[0] ?? '';

/** An operator on all nodes of one kind. */
const onEach = (
  name: string,
  title: string,
  mutate: (node: ts.Node) => readonly (readonly [what: string, text: string, part?: ts.Node])[],
): Operator => ({
  name,
  title,
  mutate(source) {
    const found: Mutation[] = [];
    walk(source, (node) => {
      if (isAside(node)) return;
      for (const [what, text, part = node] of mutate(node))
        found.push({ where: functionNameAt(node), what, edits: [replacing(part, text)] });
    });
    return found;
  },
});

const onlyReports = (statement: ts.Statement): boolean =>
  ts.isBlock(statement) ? statement.statements.every(isReport) : isReport(statement);

/** A check is left out, with what it leads to. */
export const guardRemoved = onEach('guard-removed', 'a check is left out', (node) => {
  if (!ts.isIfStatement(node) || onlyReports(node.thenStatement)) return [];
  const { elseStatement } = node;
  const what = `without \`if (${firstLine(node.expression)})\``;
  if (elseStatement === undefined) return [[what, ';']];
  return [
    [what, elseStatement.getText()],
    [`${what}, always so`, node.thenStatement.getText()],
  ];
});

/** One of two ways is always taken. */
export const branchAlways = onEach('one-branch-only', 'one of two ways is always taken', (node) => {
  if (!ts.isConditionalExpression(node)) return [];
  if (ts.isSpreadElement(node.parent.parent) || ts.isTemplateSpan(node.parent)) return [];
  return [
    [`always \`${firstLine(node.whenTrue)}\``, node.whenTrue.getText()],
    [`always \`${firstLine(node.whenFalse)}\``, node.whenFalse.getText()],
  ];
});

/** One part of a condition is left out. */
export const conditionPart = onEach(
  'condition-halved',
  'one part of a condition is left out',
  (node) => {
    if (!ts.isBinaryExpression(node)) return [];
    const { kind } = node.operatorToken;
    if (kind !== ts.SyntaxKind.AmpersandAmpersandToken && kind !== ts.SyntaxKind.BarBarToken)
      return [];
    return [
      [`only \`${firstLine(node.left)}\``, node.left.getText()],
      [`only \`${firstLine(node.right)}\``, node.right.getText()],
    ];
  },
);

const flips: Readonly<Record<string, string>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '===': '!==',
  '!==': '===',
};

/** A comparison the wrong way round. */
export const comparisonFlipped = onEach(
  'comparison-flipped',
  'a comparison the wrong way round',
  (node) => {
    if (!ts.isBinaryExpression(node)) return [];
    const flipped = flips[node.operatorToken.getText()];
    if (flipped === undefined) return [];
    return [[`\`${firstLine(node)}\` with ${flipped}`, flipped, node.operatorToken]];
  },
);

const nudges: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };
const isTime = (node: ts.Node): boolean => /Ms\b|Ms\(/.test(node.getText());

/** A boundary that is one off. Instants are no boundaries: nothing happens at exactly that time. */
export const offByOne = onEach('off-by-one', 'a boundary or a count is one off', (node) => {
  if (!ts.isBinaryExpression(node) || isTime(node.left) || isTime(node.right)) return [];
  const sign = node.operatorToken.getText();
  const nudged = nudges[sign];
  if (nudged !== undefined)
    return [[`\`${firstLine(node)}\` with ${nudged}`, nudged, node.operatorToken]];
  const isOne = (side: ts.Expression): boolean => ts.isNumericLiteral(side) && side.text === '1';
  if ((sign === '+' || sign === '-') && isOne(node.right))
    return [[`\`${firstLine(node)}\` without ${sign} 1`, node.left.getText()]];
  if (sign === '+=' && isOne(node.right))
    return [[`\`${firstLine(node)}\` adds 2`, '2', node.right]];
  return [];
});
