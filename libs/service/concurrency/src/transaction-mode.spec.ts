import { describe, expect, it } from '@jest/globals';
import { assertTransactionMode } from './transaction-mode.js';

describe('assertTransactionMode', () => {
  it.each([
    'plain',
    'subtract',
    'lock-row',
    'compare-version',
    'serializable',
    { namedLock: 'coupon:1' },
  ])('accepts %j', (mode) => {
    expect(() => assertTransactionMode(mode)).not.toThrow();
  });

  it.each([
    [{}, '{}'],
    [{ lockRead: true }, '{"lockRead":true}'],
    [{ namedLock: 7 }, '{"namedLock":7}'],
    ['locked', '"locked"'],
    [null, 'null'],
    [undefined, 'undefined'],
  ])('rejects %j and names what is allowed', (mode, shown) => {
    expect(() => assertTransactionMode(mode)).toThrow(
      new TypeError(
        `transaction mode ${shown} must be one of "plain", "subtract", "lock-row", ` +
          '"compare-version", "serializable", { "namedLock": "a name" }',
      ),
    );
  });
});
