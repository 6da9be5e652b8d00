import { useContext, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { DataTable } from '../components/data-table.js';
import { tenth } from '../format.js';
import { messages } from '../messages/catalogue.js';
import { Message, PreferencesContext } from '../preferences.js';
import type { Text } from '../text.js';
import { rowsOf, type Chart } from './chart.js';
import { drawChart, type Drawing } from './draw-chart.js';

/** A chart with its heading. */
export interface ChartPanelData {
  readonly title: Text;
  /** What the chart shows. */
  readonly about?: Text;
  readonly chart: Chart;
}

/** Rows of a table that nobody has opened, for readers without scripts; and while figures move. */
const ROWS_MAX = 11;
/** Charts this near to the visible part of the page are drawn. */
const NEAR = '400px';
const NARROWEST_PX = 240;
/** The width of an A4 or Letter page between usual margins; a half of it, less the gap. */
const PAPER_PX = 690;
const HALF_PAPER_PX = 333;

/**
 * A chart, drawn once it comes near the visible part of the page; arrow keys move its cursor, and a
 * table behind it has the same figures. `isLive`: new figures arrive all the time.
 */
export function ChartPanel({
  title,
  about,
  chart,
  group,
  isLive = false,
  isWide = false,
}: ChartPanelData & { group: string; isLive?: boolean; isWide?: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const drawing = useDrawing(box, chart, group, isWide);
  const [reading, setReading] = useState('');
  const place = useRef(0);
  const moveByKey = (event: KeyboardEvent): void => {
    const last = chart.x.values.length - 1;
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: place.current - 1,
      ArrowRight: place.current + 1,
      Home: 0,
      End: last,
    };
    const wanted = places[event.key];
    if (wanted === undefined || drawing.current === null) return;
    event.preventDefault();
    place.current = Math.min(last, Math.max(0, wanted));
    setReading(drawing.current.moveTo(place.current));
  };
  const titleId = `${chart.id}-title`;
  return (
    <figure class="chart-panel">
      <figcaption id={titleId}>
        <h4>
          <Message text={title} />
        </h4>
        {about !== undefined && (
          <p>
            <Message text={about} />
          </p>
        )}
      </figcaption>
      <div
        ref={box}
        class="chart"
        data-chart={chart.id}
        tabIndex={0}
        role="group"
        aria-labelledby={titleId}
        aria-describedby="chart-keys"
        onKeyDown={moveByKey}
      />
      <p class="reading" aria-live="polite">
        {reading}
      </p>
      <ChartTable title={title} chart={chart} isLive={isLive} />
    </figure>
  );
}

/** How the cursor of every chart on the page is moved. */
export const ChartKeys = () => (
  <p id="chart-keys" class="muted">
    <Message text={messages.charts.keys} />
  </p>
);

/** Keeps `chart` drawn in `box` once that was near the visible part of the page, or is printed. */
function useDrawing(
  box: { readonly current: HTMLDivElement | null },
  chart: Chart,
  group: string,
  isWide: boolean,
): { readonly current: Drawing | null } {
  const { language, isDark, isPrinting } = useContext(PreferencesContext);
  const drawing = useRef<Drawing | null>(null);
  const wasNear = useIsNear(box);
  const isNear = wasNear || isPrinting;
  const names = chart.series.map(({ label }) => label[language]).join('\n');
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || !isNear) return undefined;
    const paperPx = isWide ? PAPER_PX : HALF_PAPER_PX;
    const widthPx = isPrinting ? paperPx : Math.max(NARROWEST_PX, element.clientWidth);
    const drawn = drawChart(chart, element, { language, group, widthPx });
    drawing.current = drawn;
    const resize = new ResizeObserver(() =>
      drawn.resize(isPrinting ? paperPx : Math.max(NARROWEST_PX, element.clientWidth)),
    );
    resize.observe(element);
    return () => {
      resize.disconnect();
      drawn.destroy();
      drawing.current = null;
    };
    // Drawn anew for other series, another look or another medium; new figures only update it.
  }, [names, language, isDark, isPrinting, isNear, group, isWide]);
  useEffect(() => drawing.current?.update(chart), [chart]);
  return drawing;
}

/** True once the element was near the visible part of the page. */
function useIsNear(box: { readonly current: HTMLElement | null }): boolean {
  const { isPrinting } = useContext(PreferencesContext);
  const [isNear, setIsNear] = useState(false);
  useEffect(() => {
    if (isPrinting) setIsNear(true); // printed, hence drawn
    const element = box.current;
    if (element === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setIsNear(true);
      },
      { rootMargin: NEAR },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [isPrinting]);
  return isNear;
}

function ChartTable({ title, chart, isLive }: { title: Text; chart: Chart; isLive: boolean }) {
  const { x, series, periods = [] } = chart;
  const [isOpen, setIsOpen] = useState(false);
  const rows = rowsOf(chart, isOpen && !isLive ? Infinity : ROWS_MAX);
  return (
    <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>
        <Message text={messages.charts.table} />
      </summary>
      <DataTable
        label={title}
        head={[x.label, ...[...series, ...periods].map(({ label }) => label)]}
        rows={rows.map(({ place, values, within }) => [
          place,
          ...values.map(tenth),
          ...within.map((isSo) => (isSo ? <Message text={messages.charts.within} /> : '')),
        ])}
      />
    </details>
  );
}
