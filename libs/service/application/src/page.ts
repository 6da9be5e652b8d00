/** One page of a list in the order of its keys. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** The key to ask for the next page after; null: this page is the last. */
  readonly next: number | null;
}

/**
 * The page of up to `limit` items out of what `find` returns, which is asked for one more: that one
 * tells that another page follows.
 */
export async function pageOf<Item>(
  limit: number,
  find: (limit: number) => Promise<readonly Item[]>,
  keyOf: (item: Item) => number,
): Promise<Page<Item>> {
  const found = await find(limit + 1);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? keyOf(last) : null };
}
