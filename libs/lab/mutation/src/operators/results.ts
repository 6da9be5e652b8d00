import ts from 'typescript';
import { replacing, walk, type Mutation, type Operator } from '../mutation.js';
import { calleeName, functionNameAt, isAside, namesAt, withoutHandlers } from '../syntax.js';

/** An answer that lets the claim go on, by the name of the call to Redis or the database. */
const goOn: Readonly<Record<string, string>> = {
  set: "'OK'",
  eval: '1',
  pttl: '-1',
  takeTurn: '1',
  renewTurn: '1',
  releaseLock: '1',
  compareAndDelete: 'true',
  tryLease: '({ key, endsAtMs: Infinity, release: async () => true })',
  renew: 'turn',
  release: 'true',
  read: '({ taken: 0, held: new Map(), readAtMs: Date.now() })',
  record: 'undefined',
  executeTakeFirst: 'undefined',
  execute: '[]',
  holdingsOf: 'new Map()',
  insertGrants: 'undefined',
  hset: '0',
  sadd: '0',
  srem: '0',
  smembers: '[]',
  hmget: '[null, null]',
  takeCoupon: '[1, 0, 0]',
  seedCounter: '1',
  acknowledgeGrants: '1',
  seed: 'undefined',
};

const answerOf = (call: ts.Expression): string | undefined => {
  if (!ts.isCallExpression(call)) return undefined;
  const name = calleeName(call);
  // Map.set and the like are no requests
  if (
    ['set', 'release', 'read', 'eval'].includes(name) &&
    /^(this\.)?(retries|running|held|release)/.test(call.getText())
  )
    return undefined;
  return Object.hasOwn(goOn, name) ? goOn[name] : undefined;
};

const nameOf = (call: ts.Expression): string =>
  ts.isCallExpression(call) ? calleeName(call) : call.getText();

/** A failed request is caught, and the claim goes on as if it had succeeded. */
export const failOpen: Operator = {
  name: 'fail-open',
  title: 'a failed request to Redis or the database is taken for a success',
  mutate(source) {
    const found: Mutation[] = [];
    walk(source, (node) => {
      if (isAside(node)) return;
      const request = ts.isAwaitExpression(node)
        ? node.expression
        : ts.isArrowFunction(node) && ts.isExpression(node.body)
          ? node.body
          : undefined;
      if (request === undefined) return;
      const call = withoutHandlers(request);
      const answer = answerOf(call);
      const handlers = request.getText().slice(call.getText().length);
      const isOpen = handlers !== '' && !/throw|Unavailable/.test(handlers);
      if (answer === undefined || isOpen) return;
      found.push({
        where: functionNameAt(call),
        what: `a failure of \`${nameOf(call)}\` is taken for ${answer}`,
        edits: [replacing(request, `${call.getText()}.catch(() => ${answer})`)],
      });
    });
    return found;
  },
};

/** The names that take the answer of something awaited. */
function answersIn(source: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  walk(source, (node) => {
    if (!ts.isVariableDeclaration(node) || !/\bawait\b/.test(node.initializer?.getText() ?? ''))
      return;
    walk(node.name, (name) => {
      if (ts.isIdentifier(name)) names.add(name.text);
    });
  });
  return names;
}

const isComparison = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) &&
  [
    ts.SyntaxKind.EqualsEqualsEqualsToken,
    ts.SyntaxKind.ExclamationEqualsEqualsToken,
    ts.SyntaxKind.LessThanToken,
    ts.SyntaxKind.GreaterThanToken,
  ].includes(node.operatorToken.kind);

/** The answer of a request is not looked at: the comparison counts as true, or as false. */
export const ignoreResult: Operator = {
  name: 'ignore-result',
  title: 'the answer of a request is not looked at',
  mutate(source) {
    const answers = answersIn(source);
    const found: Mutation[] = [];
    walk(source, (node) => {
      if (!isComparison(node) || isAside(node)) return;
      const subject = node.left.getText().replace(/^!/, '');
      const [name = ''] = subject.split(/[.[?]/);
      const isAnswer = answers.has(name) && namesAt(node).has(name);
      if (!isAnswer && !/^\(?await\b/.test(subject)) return;
      const effect = /\bawait\b/.test(subject) ? `${node.left.getText()}, ` : '';
      for (const truth of ['true', 'false'])
        found.push({
          where: functionNameAt(node),
          what: `\`${node.getText().split('\n')[0] ?? ''}\` counts as ${truth}`,
          edits: [replacing(node, effect === '' ? truth : `(${effect}${truth})`)],
        });
    });
    return found;
  },
};
