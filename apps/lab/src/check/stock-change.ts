import type { StockChange } from '@coupon/checker';

/** What {@link parseStockChange} takes. */
export const stockChangeAllowed =
  '+<count> or -<count>, and @<time> or @<time>/<time> where it is known, in ISO 8601 with ' +
  'offset, such as +50@2026-01-01T10:00:00Z';

const pattern = /^([+-][1-9]\d{0,8})(?:@([^/]+)(?:\/([^/]+))?)?$/;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/;
const SECOND_MS = 1_000;

/** The first and the last millisecond that `text` can mean; null where it is no time. */
function millisecondsOf(text: string): { readonly first: number; readonly last: number } | null {
  const fraction = instant.exec(text);
  const first = Date.parse(text);
  if (fraction === null || Number.isNaN(first)) return null;
  return { first, last: fraction[1] === undefined ? first + SECOND_MS - 1 : first };
}

/**
 * A change of the stock as the command line names it: by how much, and when by the clients' clock.
 * A time without a fraction means any moment of that second; without a time the change can have
 * been made at any. Undefined where `text` is none, or ends before it starts.
 */
export function parseStockChange(text: string): StockChange | undefined {
  const [, by, from, until = from] = pattern.exec(text) ?? [];
  if (by === undefined) return undefined;
  if (from === undefined || until === undefined)
    return {
      by: Number(by),
      startMs: Number.NEGATIVE_INFINITY,
      endMs: Number.POSITIVE_INFINITY,
    };
  const start = millisecondsOf(from);
  const end = millisecondsOf(until);
  if (start === null || end === null || end.last < start.first) return undefined;
  return { by: Number(by), startMs: start.first, endMs: end.last };
}
