import uPlot from 'uplot';
import type { Chart, Hue, Text } from './chart.js';
import { stacked } from './stacked.js';

const HEIGHT_PX = 240;
const DASH_PX = [6, 4];
/** What a name below a bar needs, with the room beside it. */
const NAME_PX = 64;

/** What a chart is drawn with, as the page has it at the moment. */
export interface Look {
  readonly language: keyof Text;
  /** The colour that the page's stylesheet gives to `--<name>`. */
  readonly colour: (name: Hue | 'ink' | 'grid') => string;
}

/** A drawn chart; `at` tells what stands at a place of the x axis, in words. */
export interface Drawn {
  readonly resize: (widthPx: number) => void;
  readonly moveTo: (place: number) => string;
  readonly end: () => void;
}

const figures = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
/** How a figure stands in charts and in their tables. */
export const figure = (value: number | null | undefined): string =>
  value === null || value === undefined ? '-' : figures.format(value);

/** What stands at the x axis's `n`th place. */
export const placeName = ({ x }: Chart, n: number): string => x.names?.[n] ?? figure(x.values[n]);

/**
 * Draws `chart` into `box`, `widthPx` wide. Whoever draws it ends it; charts with the same `group`
 * share their cursor.
 */
export function drawChart(
  chart: Chart,
  box: HTMLElement,
  { language, colour }: Look,
  { group, widthPx }: { readonly group: string; readonly widthPx: number },
): Drawn {
  const plot = new uPlot(
    optionsOf(chart, { language, colour }, group, widthPx),
    dataOf(chart),
    box,
  );
  return {
    resize: (width) => plot.setSize({ width, height: HEIGHT_PX }),
    moveTo(place) {
      const x = plot.data[0][place];
      if (x !== undefined) plot.setCursor({ left: plot.valToPos(x, 'x'), top: HEIGHT_PX / 2 });
      return [
        placeName(chart, place),
        ...chart.series.map(({ label, values }) => `${label[language]} ${figure(values[place])}`),
      ].join(', ');
    },
    end: () => plot.destroy(),
  };
}

const isStacked = ({ kind }: Chart): boolean => kind === 'stack' || kind === 'bars';
/** uPlot paints in the order of its series, so the uppermost layer goes first. */
const orderOf = (chart: Chart): readonly number[] =>
  isStacked(chart) ? [...chart.series.keys()].reverse() : [...chart.series.keys()];

function dataOf(chart: Chart): uPlot.AlignedData {
  const edges = isStacked(chart) ? stacked(chart.series) : chart.series.map(({ values }) => values);
  return [[...chart.x.values], ...orderOf(chart).map((n) => [...(edges[n] ?? [])])];
}

function optionsOf(chart: Chart, look: Look, group: string, width: number): uPlot.Options {
  const { language, colour } = look;
  const { kind, x, y } = chart;
  const axis = {
    stroke: colour('ink'),
    grid: { stroke: colour('grid'), width: 1 },
    ticks: { stroke: colour('grid'), width: 1 },
    font: '11px system-ui, sans-serif',
    labelFont: '12px system-ui, sans-serif',
  };
  const atPlaces = {
    splits: (plot: uPlot) =>
      [...x.values.keys()].filter(
        (n) => n % Math.ceil((x.values.length * NAME_PX) / plot.width) === 0,
      ),
    values: (_: uPlot, places: number[]) => places.map((place) => x.names?.[place] ?? ''),
  };
  return {
    width,
    height: HEIGHT_PX,
    cursor: { drag: { x: false, y: false }, ...(kind === 'bars' ? {} : { sync: { key: group } }) },
    scales: {
      x: {
        time: false,
        ...(kind === 'bars' ? { range: () => [-0.6, x.values.length - 0.4] as const } : {}),
      },
      y:
        y.logarithmic === true
          ? { distr: 3 }
          : {
              range: (_, low, high) =>
                kind === 'gap' ? spread(low, high) : [0, high <= 0 ? 1 : high * 1.05],
            },
    },
    axes: [
      {
        ...axis,
        size: 30,
        labelSize: 18,
        label: x.label[language],
        ...(x.names === undefined ? {} : atPlaces),
      },
      {
        ...axis,
        label: y.label[language],
        size: 64,
        labelSize: 20,
        values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : figure(tick))),
      },
    ],
    series: [
      {
        label: x.label[language],
        value: (_, __, ___, place) => (place === null ? '-' : placeName(chart, place)),
      },
      ...orderOf(chart).map((n) => seriesOf(chart, n, look)),
    ],
    bands: bandsOf(chart, colour),
  };
}

/**
 * Fills what lies between two edges only, so that one layer's colour never shines through
 * another's.
 */
function bandsOf({ kind, series }: Chart, colour: Look['colour']): uPlot.Band[] {
  if (kind === 'gap') return [{ series: [1, 2], fill: `${colour('bad')}55` }];
  return kind === 'stack'
    ? series.slice(1).map((_, n): uPlot.Band => ({ series: [n + 1, n + 2] }))
    : [];
}

/** Two lines that fall side by side from 30,000 to 25,000 are worth the whole height. */
const spread = (low: number, high: number): [number, number] => {
  const margin = Math.max(1, (high - low) * 0.08);
  return [Math.max(0, low - margin), high + margin];
};

function seriesOf(chart: Chart, n: number, { language, colour }: Look): uPlot.Series {
  const series = chart.series[n];
  if (series === undefined) throw new RangeError(`${chart.id} has no series ${n}`);
  const stroke = colour(series.hue);
  const common = {
    label: series.label[language],
    stroke,
    points: { show: false },
    value: (_: uPlot, __: number, ___: number, place: number | null) =>
      place === null ? '-' : figure(series.values[place]),
  };
  switch (chart.kind) {
    case 'bars':
      return { ...common, fill: stroke, ...barsOf() }; // what lies behind must not shine through
    case 'stack':
      return { ...common, width: 1, fill: `${stroke}99` };
    case 'gap':
      return { ...common, width: 2, ...(n === 1 ? { dash: DASH_PX } : {}) };
    case 'lines':
      return { ...common, width: 1.75 };
  }
}

const barsOf = (): Pick<uPlot.Series, 'paths'> => {
  const paths = uPlot.paths.bars?.({ size: [0.8, 60] });
  return paths === undefined ? {} : { paths };
};
