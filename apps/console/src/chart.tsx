import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { formatFor } from './format.js';
import { useWords } from './preferences.js';

/** One line of a chart: its points in seconds, and null where there is nothing to draw. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [number, number | null])[];
}

const COLOURS = 8;
const HEIGHT = 200;
const TABLE_ROWS = 10;

/** What a colour of the stylesheet is at this moment, as canvases want it. */
function colourOf(place: HTMLElement, name: string): string {
  place.style.color = `var(--${name})`;
  const { color } = getComputedStyle(place);
  place.style.color = '';
  return color;
}

/**
 * The series on one time axis: uPlot wants every series to have a value (or none) at every time.
 */
function aligned(series: readonly Series[]): uPlot.AlignedData {
  const tables = series.map(({ points }): uPlot.AlignedData => [
    points.map(([second]) => second),
    points.map(([, value]) => value),
  ]);
  return tables.length === 0 ? [[]] : uPlot.join(tables);
}

function optionsFor(
  place: HTMLElement,
  series: readonly Series[],
  whole: (value: number) => string,
): uPlot.Options {
  const [ink, line] = [colourOf(place, 'muted'), colourOf(place, 'line')];
  const axis: uPlot.Axis = {
    stroke: ink,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
    font: '12px system-ui, sans-serif',
  };
  return {
    width: Math.max(240, place.clientWidth),
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false },
    scales: {
      x: { time: false },
      y: { range: (_plot, low, high) => [Math.min(0, low), Math.max(1, high * 1.05)] },
    },
    axes: [
      { ...axis, values: (_plot, seconds) => seconds.map((second) => `${second} s`) },
      { ...axis, size: 62, values: (_plot, values) => values.map(whole) },
    ],
    series: [
      {},
      ...series.map(({ name }, n) => ({
        label: name,
        stroke: colourOf(place, `s${n % COLOURS}`),
        width: 2,
        spanGaps: true,
        points: { show: false },
        ...(n < COLOURS ? {} : { dash: [6, 4] }),
      })),
    ],
  };
}

/** Lines over seconds, with a legend, and the same figures as a table behind it. */
export function Chart({
  title,
  series,
  theme,
}: {
  title: string;
  series: readonly Series[];
  theme: string;
}) {
  const { locale, race: say } = useWords();
  const { whole } = formatFor(locale);
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const names = series.map(({ name }) => name).join('\n');
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const made = new uPlot(optionsFor(element, series, whole), aligned(series), element);
    plot.current = made;
    const resize = new ResizeObserver(() =>
      made.setSize({ width: Math.max(240, element.clientWidth), height: HEIGHT }),
    );
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
      plot.current = null;
    };
    // A chart is made anew for other lines, another theme or another language; new figures go into
    // the one that is there.
  }, [names, theme, locale]);
  useEffect(() => plot.current?.setData(aligned(series)), [series]);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div ref={place} class="plot" aria-hidden="true" />
      <ul class="legend" aria-hidden="true">
        {series.map(({ name }, n) => (
          <li key={name}>
            <i class={`swatch s${n % COLOURS}`} />
            {name}
          </li>
        ))}
      </ul>
      <details>
        <summary>{say.charts.table}</summary>
        <Figures series={series} seconds={say.charts.seconds} whole={whole} title={title} />
      </details>
    </figure>
  );
}

function Figures({
  series,
  seconds,
  whole,
  title,
}: {
  series: readonly Series[];
  seconds: string;
  whole: (value: number) => string;
  title: string;
}) {
  const end = Math.max(0, ...series.map(({ points }) => points.at(-1)?.[0] ?? 0));
  const times = Array.from({ length: TABLE_ROWS + 1 }, (_, n) => (end * n) / TABLE_ROWS);
  const at = ({ points }: Series, second: number): number | null =>
    points.findLast(([when, value]) => when <= second && value !== null)?.[1] ?? null;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{seconds}</th>
            {series.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((second) => (
            <tr key={second}>
              <th scope="row">{second.toFixed(1)}</th>
              {series.map((one) => (
                <td key={one.name}>
                  {((value) => (value === null ? '' : whole(value)))(at(one, second))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
