import type { Series } from './chart.js';

/**
 * The upper edges of layers that lie on each other, the first at the bottom. Where a layer has
 * nothing, it is 0 thick.
 */
export function stacked(series: readonly Series[]): readonly (readonly number[])[] {
  const edges: (readonly number[])[] = [];
  for (const { values } of series) {
    const below = edges.at(-1);
    edges.push(values.map((value, n) => (below?.[n] ?? 0) + (value ?? 0)));
  }
  return edges;
}
