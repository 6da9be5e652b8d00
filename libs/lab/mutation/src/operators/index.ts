import type { Operator } from '../mutation.js';
import { forgetAwait } from './awaits.js';
import {
  branchAlways,
  comparisonFlipped,
  conditionPart,
  guardRemoved,
  offByOne,
} from './conditions.js';
import { wrongKey } from './keys.js';
import { dropClause, setOption, unwrap, weakerMode } from './locks.js';
import { cacheRead, readBeforeLock } from './reads.js';
import {
  releaseBeforeCommit,
  releaseFirst,
  releaseOnFailure,
  releaseOnSuccess,
} from './release.js';
import { failOpen, ignoreResult } from './results.js';
import { lostCommitIsFailure, retryLostCommit } from './retries.js';
import { dropStatement, swapStatements } from './statements.js';

export { luaOperators } from './lua.js';

/** Every operator on TypeScript and JavaScript. */
export const operators: readonly Operator[] = [
  dropStatement,
  swapStatements,
  releaseFirst,
  releaseBeforeCommit,
  releaseOnSuccess,
  releaseOnFailure,
  forgetAwait,
  ignoreResult,
  failOpen,
  cacheRead,
  readBeforeLock,
  retryLostCommit,
  lostCommitIsFailure,
  wrongKey,
  weakerMode,
  dropClause,
  setOption,
  unwrap,
  guardRemoved,
  branchAlways,
  conditionPart,
  comparisonFlipped,
  offByOne,
];
