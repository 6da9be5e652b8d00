import ts from 'typescript';
import { replacing, walk, type Mutation, type Operator } from '../mutation.js';
import { calleeName, functionNameAt, isAside } from '../syntax.js';

const commits = new Set(['inTransaction', 'runTransaction', 'takeCoupon']);

const onCommit = (name: string, title: string, wrapper: string, definition: string): Operator => ({
  name,
  title,
  mutate(source) {
    const found: Mutation[] = [];
    walk(source, (node) => {
      if (!ts.isCallExpression(node) || isAside(node) || !commits.has(calleeName(node))) return;
      found.push({
        where: functionNameAt(node),
        what: `\`${calleeName(node)}\`: ${title}`,
        edits: [replacing(node, `${wrapper}(() => ${node.getText()})`)],
        support: definition,
      });
    });
    return found;
  },
});

/** What ended without an answer is done again. */
export const retryLostCommit = onCommit(
  'retry-lost-commit',
  'what ended without an answer is done again',
  'againIfLost',
  `async function againIfLost(run) {
  try {
    return await run();
  } catch (error) {
    if (error.kind !== 'indeterminate' && error.name === 'NoVerdict') throw error;
    return await run();
  }
}`,
);

/** What ended without an answer is told as if nothing had been done. */
export const lostCommitIsFailure = onCommit(
  'lost-commit-is-failure',
  'what ended without an answer is told as a failure',
  'failedIfLost',
  `async function failedIfLost(run) {
  try {
    return await run();
  } catch (error) {
    if (error.kind === 'indeterminate') Object.assign(error, { kind: 'unavailable' });
    throw error;
  }
}`,
);
