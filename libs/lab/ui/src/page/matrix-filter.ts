import type { FaultKind, FaultMatrix, MatrixPlace } from '@coupon/results';

/** What of the matrix is shown; null: all. */
export interface MatrixFilter {
  readonly strategy: string | null;
  readonly kind: FaultKind | null;
  /** Only faults and strategies with a cell that differs from its prediction. */
  readonly onlyDeviations: boolean;
}

/** A filter that leaves everything. */
export const everything: MatrixFilter = { strategy: null, kind: null, onlyDeviations: false };

/** The shown part of a matrix. */
export type ShownMatrix = Pick<FaultMatrix, 'strategies' | 'faults'>;

const differs = (place: MatrixPlace | undefined): boolean =>
  place?.state === 'run' && place.deviations > 0;

/** The rows and columns of the matrix that the filter leaves. */
export function filtered(
  { strategies, faults }: ShownMatrix,
  { strategy, kind, onlyDeviations }: MatrixFilter,
): ShownMatrix {
  const ofKind = faults.filter((fault) => kind === null || fault.kind === kind);
  const columns = [...strategies.keys()].filter(
    (n) =>
      (strategy === null || strategies[n] === strategy) &&
      (!onlyDeviations || ofKind.some(({ places }) => differs(places[n]))),
  );
  const kept = <Thing>(of: readonly Thing[]): Thing[] => of.filter((_, n) => columns.includes(n));
  const rows = ofKind.map((fault) => ({ ...fault, places: kept(fault.places) }));
  return {
    strategies: kept(strategies),
    faults: rows.filter(({ places }) => !onlyDeviations || places.some(differs)),
  };
}

/** How much of a matrix was run, and with what outcome, in cells. */
export interface MatrixTotals {
  readonly of: number;
  readonly run: number;
  readonly differing: number;
  /** Of another revision than the newest. */
  readonly older: number;
}

/** The totals of a whole matrix. */
export function totalsOf({ faults, newestRevision }: FaultMatrix): MatrixTotals {
  const places = faults.flatMap((fault) => fault.places);
  const run = places.filter((place) => place.state === 'run');
  return {
    of: places.filter(({ state }) => state !== 'inapplicable').length,
    run: run.length,
    differing: run.filter(differs).length,
    older: run.filter(({ revision }) => revision !== newestRevision).length,
  };
}
