import ts from 'typescript';
import { replacing, walk, type Mutation, type Operator } from '../mutation.js';
import { calleeName, functionNameAt, isAside, namesAt } from '../syntax.js';

const firstLine = (node: ts.Node): string => node.getText().split('\n')[0] ?? '';

/** Another text for each key that is made of the coupon: without it, with the process, the user. */
function wrongTexts(node: ts.TemplateExpression): readonly (readonly [string, string])[] {
  const text = node.getText();
  const withUser = namesAt(node).has('user')
    ? '${user}'
    : namesAt(node).has('claim')
      ? '${claim.user}'
      : '';
  const open = text.slice(0, -1);
  return [
    ['without the coupon', text.replace(/\$\{[^}]*\}/, '')],
    ['with the process', `${open}:\${process.pid}\``],
    ['a new one for each claim', `${open}:\${Math.random()}\``],
    ...(withUser === '' ? [] : [['with the user', `${open}:${withUser}\``] as const]),
  ];
}

const keyed = new Set(['get', 'set', 'delete', 'has', 'run']);

/** A key that names too much, or too little. */
export const wrongKey: Operator = {
  name: 'wrong-key',
  title: 'a key that names too much or too little',
  mutate(source) {
    const found: Mutation[] = [];
    walk(source, (node) => {
      if (isAside(node)) return;
      if (ts.isTemplateExpression(node) && node.getText().includes('coupon:${')) {
        for (const [what, text] of wrongTexts(node))
          found.push({
            where: functionNameAt(node),
            what: `the key ${what}`,
            edits: [replacing(node, text)],
          });
        return;
      }
      if (!ts.isCallExpression(node) || !keyed.has(calleeName(node))) return;
      const [key] = node.arguments;
      if (key === undefined || !/\b(couponId|coupon)$/.test(key.getText())) return;
      found.push({
        where: functionNameAt(node),
        what: `\`${firstLine(node)}\` with one key for all coupons`,
        edits: [replacing(key, '0')],
      });
    });
    return found;
  },
};
