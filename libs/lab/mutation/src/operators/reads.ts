import ts from 'typescript';
import { replacing, walk, type Mutation, type Operator } from '../mutation.js';
import { calleeName, functionNameAt, isAside, namesAt, withoutHandlers } from '../syntax.js';

const cachedFor = `
async function cachedFor(key, read) {
  const kept = (cachedFor.kept ??= new Map());
  const known = kept.get(String(key));
  if (known !== undefined && performance.now() < known.untilMs) return known.value;
  const value = await read();
  kept.set(String(key), { value, untilMs: performance.now() + 100 });
  return value;
}`;

const cachingStock = `
function cachingStock(work) {
  return (stock) => work({
    read: async (terms, users) => {
      const now = await stock.read(terms, users);
      return cachedFor(terms.couponId, () => now);
    },
    record: (grants) => stock.record(grants),
  });
}`;

/** An expression for the coupon that a request is about, from the names at hand. */
function couponAt(node: ts.Node): string | undefined {
  const names = namesAt(node);
  const known: readonly (readonly [name: string, expression: string])[] = [
    ['couponId', 'couponId'],
    ['terms', 'terms.couponId'],
    ['coupon', 'coupon'],
    ['claim', 'claim.terms.couponId'],
    ['key', 'key'],
  ];
  return known.find(([name]) => names.has(name))?.[1];
}

const reads = new Set(['read', 'holdingsOf', 'pttl', 'hmget', 'executeTakeFirst']);
const isRead = (call: ts.CallExpression): boolean =>
  reads.has(calleeName(call)) ||
  (calleeName(call).startsWith('execute') && call.getText().includes('.selectFrom('));

/** A read is answered from a cache for 100 ms. */
export const cacheRead: Operator = {
  name: 'cache-read',
  title: 'a read is answered from a cache for 100 ms',
  mutate(source) {
    const found: Mutation[] = [];
    walk(source, (node) => {
      if (isAside(node)) return;
      if (ts.isAwaitExpression(node)) {
        const call = withoutHandlers(node.expression);
        const coupon = couponAt(node);
        if (!ts.isCallExpression(call) || !isRead(call) || coupon === undefined) return;
        const text = `cachedFor(${coupon}, () => ${node.expression.getText()})`;
        found.push({
          where: functionNameAt(node),
          what: `\`${calleeName(call)}\` is cached`,
          edits: [replacing(node.expression, text)],
          support: cachedFor,
        });
      } else if (ts.isCallExpression(node) && calleeName(node) === 'inTransaction') {
        const work = node.arguments[1];
        if (work === undefined) return;
        found.push({
          where: functionNameAt(node),
          what: 'the stock that is read is cached',
          edits: [replacing(work, `cachingStock(${work.getText()})`)],
          support: `${cachedFor}\n${cachingStock}`,
        });
      }
    });
    return found;
  },
};

const readEarly = `
async function readEarly(stockStore, work, deadline) {
  let seen;
  const onlyRead = (stock) =>
    work({
      read: async (terms, users) => (seen = await stock.read(terms, users)),
      record: async () => undefined,
    });
  await stockStore.inTransaction('plain', onlyRead, deadline);
  const record = (stock) => (grants) => stock.record(grants);
  const read = (stock) => async (terms, users) => (await stock.read(terms, users), seen);
  return (stock) => work({ read: read(stock), record: record(stock) });
}`;

/** The stock is read before the lock is taken, and written under it. */
export const readBeforeLock: Operator = {
  name: 'read-before-lock',
  title: 'the stock is read before the lock is taken',
  mutate(source) {
    const found: Mutation[] = [];
    walk(source, (node) => {
      if (!ts.isArrowFunction(node) && !ts.isMethodDeclaration(node)) return;
      if (functionNameOf(node) !== 'enter' || node.body === undefined) return;
      const parameters = node.parameters.map(({ name }) => name.getText());
      if (!parameters.includes('work') || !parameters.includes('deadline')) return;
      const names = namesAt(node.body);
      if (!names.has('stockStore') && !names.has('resources')) return;
      const store = names.has('stockStore') ? 'stockStore' : 'resources.stockStore';
      const body = node.body.getText().replace(/\bwork\b/g, 'early');
      const first = `const early = await readEarly(${store}, work, deadline);`;
      const text = ts.isBlock(node.body)
        ? `{ ${first} ${body.slice(1)}`
        : `{ ${first}\nreturn ${body}; }`;
      const isAsync = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
      found.push({
        where: 'enter',
        what: 'what is judged was read before the lock was taken',
        edits: [
          ...(isAsync === true
            ? []
            : [{ start: node.getStart(), end: node.getStart(), text: 'async ' }]),
          replacing(node.body, text),
        ],
        support: readEarly,
      });
    });
    return found;
  },
};

const functionNameOf = (node: ts.ArrowFunction | ts.MethodDeclaration): string => {
  const named = ts.isMethodDeclaration(node) ? node : node.parent;
  return ts.isPropertyAssignment(named) || ts.isMethodDeclaration(named)
    ? named.name.getText()
    : '';
};
