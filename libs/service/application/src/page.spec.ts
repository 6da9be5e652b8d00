import { describe, expect, it } from '@jest/globals';
import { pageOf } from './page.js';

const keys = [1, 2, 4];
const page = (after: number, limit: number) =>
  pageOf(
    limit,
    (count) => Promise.resolve(keys.filter((key) => key > after).slice(0, count)),
    (key) => key,
  );

describe('pageOf', () => {
  it('names the last key of a page that another page follows', async () => {
    expect(await page(0, 2)).toEqual({ items: [1, 2], next: 2 });
  });

  it.each([
    [0, 3, keys],
    [2, 2, [4]],
    [4, 2, []],
  ])('ends the list where nothing follows: after %i, limit %i', async (after, limit, items) => {
    expect(await page(after, limit)).toEqual({ items, next: null });
  });
});
