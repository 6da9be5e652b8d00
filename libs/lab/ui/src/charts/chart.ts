import { tenth } from '../format.js';
import type { Text } from '../text.js';

/** The colors of runs that are compared, in their order; a ninth run begins again, dashed. */
export const runHues = ['s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7'] as const;

/**
 * The meaning of a series decides its color: the same thing has the same color in every chart.
 */
export type Hue =
  | 'good'
  | 'bad'
  | 'wait'
  | 'calm'
  | 'first'
  | 'second'
  | 'third'
  | 'muted'
  | (typeof runHues)[number];

/** One line, layer or row of bars. */
export interface Series {
  readonly label: Text;
  readonly hue: Hue;
  /** As many as there are places on the x axis; null where there is nothing to show. */
  readonly values: readonly (number | null)[];
  readonly isDashed?: boolean;
}

/** Stretches of the x axis that have something in common, such as a fault. */
export interface Period {
  readonly label: Text;
  readonly hue: Hue;
  /** The plot behind them is tinted. */
  readonly isShaded?: boolean;
  /** From the one to the other value of x, with what is written above it. */
  readonly spans: readonly {
    readonly from: number;
    readonly to: number;
    readonly label: Text;
  }[];
}

/** A chart as data: the drawing and the table behind it show the same figures. */
export interface Chart {
  /** Unique on the page. */
  readonly id: string;
  /**
   * `stack` and `bars`: the series lie on each other. `gap`: two lines, the first as found and the
   * second as expected, with the area between them filled. `lines`: separate lines; `joined-lines`
   * also cross places without a value; in `steps` a value holds until the next place.
   */
  readonly kind: 'lines' | 'joined-lines' | 'steps' | 'stack' | 'bars' | 'gap';
  readonly x: {
    readonly label: Text;
    readonly values: readonly number[];
    /** Stand below the bars instead of figures. */
    readonly names?: readonly string[];
  };
  readonly y: { readonly label: Text; readonly isLogarithmic?: boolean };
  readonly series: readonly Series[];
  /** Each is drawn in a row of its own at the upper edge, and has a column in the table. */
  readonly periods?: readonly Period[];
}

/** The name of the x axis's `n`th place. */
export const placeName = ({ x }: Chart, n: number): string => x.names?.[n] ?? tenth(x.values[n]);

/** A row of a chart's table: the name of its place, and a figure for each series. */
export interface ChartRow {
  readonly place: string;
  readonly values: readonly (number | null)[];
  /** Of each of the chart's periods, whether the place lies within it. */
  readonly within: readonly boolean[];
}

const isWithin = ({ spans }: Period, x: number): boolean =>
  spans.some(({ from, to }) => from <= x && x < to);

/**
 * The table behind a chart with at most `rowsMax` rows, evenly chosen, the last one among them. In
 * a chart of joined lines a place without a value has the last one before it.
 */
export function rowsOf(chart: Chart, rowsMax = Infinity): readonly ChartRow[] {
  const { kind, x, series, periods = [] } = chart;
  const last = x.values.length - 1;
  const places =
    last < rowsMax
      ? [...x.values.keys()]
      : Array.from({ length: rowsMax }, (_, n) => Math.round((n * last) / (rowsMax - 1)));
  const valueAt = (values: Series['values'], place: number): number | null =>
    kind === 'joined-lines'
      ? (values.slice(0, place + 1).findLast((value) => value !== null) ?? null)
      : (values[place] ?? null);
  return places.map((place) => ({
    place: placeName(chart, place),
    values: series.map(({ values }) => valueAt(values, place)),
    within: periods.map((period) => isWithin(period, x.values[place] ?? NaN)),
  }));
}
