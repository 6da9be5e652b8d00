/** One page out of up to `limit` + 1 items: the extra one only tells that there is more. */
export function pageOf<Item extends { readonly id: number }>(
  found: readonly Item[],
  limit: number,
): { readonly items: readonly Item[]; readonly next: number | null } {
  const items = found.slice(0, limit);
  return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
}
