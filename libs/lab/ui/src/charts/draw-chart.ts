import uPlot from 'uplot';
import { tenth } from '../format.js';
import type { Language } from '../text.js';
import { placeName, rowsOf, type Chart, type Hue } from './chart.js';
import { periodsHeightPx, periodsPlugin } from './draw-periods.js';
import { stacked } from './stacked.js';

const HEIGHT_PX = 240;
/** Its height without the axis below. */
const PLOT_PX = HEIGHT_PX - 60;
const DASH_PX = [6, 4];
/** The room that a name below a bar needs. */
const NAME_PX = 64;

/** uPlot declares an ambient const enum, which isolated modules cannot read. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- see above
const LOGARITHMIC: uPlot.Scale.Distr = 3;

/** How a chart is drawn, as the page has it at the moment. */
interface Look {
  readonly language: Language;
  readonly colorOf: (name: Hue | 'muted' | 'line') => string;
}

/** A drawn chart. */
export interface Drawing {
  /** Shows new figures of the same series. */
  update(chart: Chart): void;
  resize(widthPx: number): void;
  /** Moves the cursor to a place of the x axis; returns its figures in words. */
  moveTo(place: number): string;
  destroy(): void;
}

/** Where a chart is drawn, and how. */
interface DrawSettings {
  readonly language: Language;
  /** Charts of a group share their cursor. */
  readonly group: string;
  readonly widthPx: number;
}

/** Draws `chart` into `box`, in the colors that the stylesheet has at this moment. */
export function drawChart(
  chart: Chart,
  box: HTMLElement,
  { language, group, widthPx }: DrawSettings,
): Drawing {
  const colors = colorReader(box);
  let shown = chart;
  const options = optionsOf(() => shown, { language, colorOf: colors.colorOf }, group, widthPx);
  colors.dispose();
  const plot = new uPlot(options, dataOf(chart), box);
  return {
    update(next) {
      shown = next;
      plot.setData(dataOf(next));
    },
    resize: (width) => plot.setSize({ width, height: HEIGHT_PX }),
    moveTo(place) {
      const x = plot.data[0][place];
      if (x !== undefined) plot.setCursor({ left: plot.valToPos(x, 'x'), top: HEIGHT_PX / 2 });
      const row = rowsOf(shown)[place];
      return [
        placeName(shown, place),
        ...shown.series.map(({ label }, n) => `${label[language]} ${tenth(row?.values[n])}`),
        ...(shown.periods ?? [])
          .filter((_, n) => row?.within[n] === true)
          .map(({ label }) => label[language]),
      ].join(', ');
    },
    destroy: () => plot.destroy(),
  };
}

/** Reads colors of the stylesheet as `#rrggbb`, in whatever form they are written there. */
function colorReader(box: HTMLElement): { colorOf: Look['colorOf']; dispose: () => void } {
  const probe = box.appendChild(document.createElement('span'));
  probe.hidden = true;
  return {
    colorOf(name) {
      probe.style.color = `var(--${name})`;
      const [red = 0, green = 0, blue = 0] = (
        getComputedStyle(probe).color.match(/[\d.]+/g) ?? []
      ).map(Number);
      const hex = (part: number): string => Math.round(part).toString(16).padStart(2, '0');
      return `#${hex(red)}${hex(green)}${hex(blue)}`;
    },
    dispose: () => probe.remove(),
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

function optionsOf(shown: () => Chart, look: Look, group: string, width: number): uPlot.Options {
  const chart = shown();
  const { kind, x, y } = chart;
  const sync = kind === 'bars' ? {} : { sync: { key: group } };
  const barRange = (): [number, number] => [-0.6, shown().x.values.length - 0.4];
  const headroom = 1.05 / (1 - periodsHeightPx(chart) / PLOT_PX);
  const valueRange = (_: uPlot, low: number, high: number): [number, number] =>
    kind === 'gap' ? spread(low, high) : [Math.min(0, low), high <= 0 ? 1 : high * headroom];
  return {
    width,
    height: HEIGHT_PX,
    cursor: { drag: { x: false, y: false }, y: false, ...sync },
    scales: {
      x: { time: false, ...(kind === 'bars' ? { range: barRange } : {}) },
      y: y.isLogarithmic === true ? { distr: LOGARITHMIC } : { range: valueRange },
    },
    axes: axesOf(chart, look),
    series: [
      {
        label: x.label[look.language],
        value: (_, __, ___, place) => (place === null ? '-' : placeName(shown(), place)),
      },
      ...orderOf(chart).map((n) => seriesOf(shown, n, look)),
    ],
    bands: bandsOf(chart, look),
    plugins: chart.periods === undefined ? [] : [periodsPlugin(shown, look)],
  };
}

function axesOf({ x, y }: Chart, { language, colorOf }: Look): uPlot.Axis[] {
  const axis = {
    stroke: colorOf('muted'),
    grid: { stroke: colorOf('line'), width: 1 },
    ticks: { stroke: colorOf('line'), width: 1 },
    font: '11px system-ui, sans-serif',
    labelFont: '12px system-ui, sans-serif',
  };
  const named: uPlot.Axis = {
    splits: (plot) =>
      [...x.values.keys()].filter(
        (n) => n % Math.ceil((x.values.length * NAME_PX) / plot.width) === 0,
      ),
    values: (_, places) => places.map((place) => x.names?.[place] ?? ''),
  };
  return [
    {
      ...axis,
      size: 30,
      labelSize: 18,
      label: x.label[language],
      ...(x.names === undefined ? {} : named),
    },
    {
      ...axis,
      label: y.label[language],
      size: 64,
      labelSize: 20,
      // On a logarithmic scale uPlot gives null for a tick without a label.
      values: (_, ticks: readonly (number | null)[]) =>
        ticks.map((tick) => (tick === null ? '' : tenth(tick))),
    },
  ];
}

/** Fills only the area between two edges, so that no layer's color shines through another's. */
function bandsOf({ kind, series }: Chart, { colorOf }: Look): uPlot.Band[] {
  if (kind === 'gap') return [{ series: [1, 2], fill: `${colorOf('bad')}55` }];
  return kind === 'stack'
    ? series.slice(1).map((_, n): uPlot.Band => ({ series: [n + 1, n + 2] }))
    : [];
}

/** Two lines that fall side by side from 30,000 to 25,000 get the whole height. */
const spread = (low: number, high: number): [number, number] => {
  const margin = Math.max(1, (high - low) * 0.08);
  return [Math.max(0, low - margin), high + margin];
};

function seriesOf(shown: () => Chart, n: number, { language, colorOf }: Look): uPlot.Series {
  const chart = shown();
  const series = chart.series[n];
  if (series === undefined) throw new RangeError(`${chart.id} has no series ${n}`);
  const stroke = colorOf(series.hue);
  const common = {
    label: series.label[language],
    stroke,
    points: { show: false },
    value: (_: uPlot, __: number, ___: number, place: number | null) =>
      place === null ? '-' : tenth(shown().series[n]?.values[place]),
  };
  switch (chart.kind) {
    case 'bars':
      return { ...common, fill: stroke, ...barPaths() }; // what lies behind must not shine through
    case 'stack':
      return { ...common, width: 1, fill: `${stroke}99` };
    case 'gap':
      return { ...common, width: 2, ...(n === 1 ? { dash: DASH_PX } : {}) };
    case 'steps':
      return { ...common, width: 1, fill: `${stroke}99`, ...stepPaths() };
    case 'lines':
      return { ...common, width: 1.75 };
    case 'joined-lines':
      return {
        ...common,
        width: 2,
        spanGaps: true,
        ...(series.isDashed === true ? { dash: DASH_PX } : {}),
      };
  }
}

const stepPaths = (): Pick<uPlot.Series, 'paths'> => {
  const paths = uPlot.paths.stepped?.({ align: 1 });
  return paths === undefined ? {} : { paths };
};

const barPaths = (): Pick<uPlot.Series, 'paths'> => {
  const paths = uPlot.paths.bars?.({ size: [0.8, 60] });
  return paths === undefined ? {} : { paths };
};
