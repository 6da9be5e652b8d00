import type uPlot from 'uplot';
import type { Language } from '../text.js';
import type { Chart, Hue, Period } from './chart.js';

/** The height of a period's row at the upper edge of the plot: its label, and the bar below it. */
const ROW_PX = 18;
const BAR_PX = 3;
const LABEL_PX = 11;
/** Between a label and the next one of its row. */
const GAP_PX = 6;
const TINT = '22';

/** How a period is drawn. */
interface Look {
  readonly language: Language;
  readonly colorOf: (name: Hue) => string;
}

/** The height that the rows of a chart's periods take of its plot. */
export const periodsHeightPx = ({ periods = [] }: Chart): number => periods.length * ROW_PX;

/**
 * Draws a chart's periods: tints under its series, and above all a bar from beginning to end with a
 * label, left out where the one before it takes its room.
 */
export function periodsPlugin(shown: () => Chart, { language, colorOf }: Look): uPlot.Plugin {
  const periods = (): readonly Period[] => shown().periods ?? [];
  const colors = new Map(periods().map(({ hue }) => [hue, colorOf(hue)]));
  const each = (draw: (period: Period, color: string, row: number) => void): void =>
    periods().forEach((period, row) => draw(period, colors.get(period.hue) ?? '', row));
  return {
    hooks: {
      drawClear: (plot) =>
        each((period, color) => {
          if (period.isShaded === true) tint(plot, period, color);
        }),
      draw: (plot) => each((period, color, row) => drawRow(plot, period, { color, row, language })),
    },
  };
}

/** Canvas pixels for one of the page's; never 0, which the plot says before it is laid out. */
const scaleOf = ({ bbox, over }: uPlot): number => bbox.width / Math.max(1, over.clientWidth) || 1;

/** A span's place on the canvas, no further than the plot reaches. */
function edgesOf(plot: uPlot, { from, to }: Period['spans'][number]): readonly [number, number] {
  const { left, width } = plot.bbox;
  const within = (x: number): number =>
    Math.min(left + width, Math.max(left, plot.valToPos(x, 'x', true)));
  return [within(from), within(to)];
}

function tint(plot: uPlot, { spans }: Period, color: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const span of spans) {
    const [from, to] = edgesOf(plot, span);
    ctx.fillStyle = `${color}${TINT}`;
    ctx.fillRect(from, bbox.top, to - from, bbox.height);
    ctx.fillStyle = color;
    for (const edge of [from, to]) ctx.fillRect(edge, bbox.top, scaleOf(plot), bbox.height);
  }
  ctx.restore();
}

function drawRow(
  plot: uPlot,
  { spans }: Period,
  { color, row, language }: { color: string; row: number; language: Language },
): void {
  const { ctx, bbox } = plot;
  const scale = scaleOf(plot);
  const bottom = bbox.top + (row + 1) * ROW_PX * scale;
  ctx.save();
  ctx.fillStyle = color;
  ctx.font = `600 ${LABEL_PX * scale}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  let freeFrom = bbox.left;
  for (const span of spans) {
    const [from, to] = edgesOf(plot, span);
    ctx.fillRect(from, bottom - BAR_PX * scale, Math.max(scale, to - from), BAR_PX * scale);
    const label = span.label[language];
    const width = ctx.measureText(label).width;
    const at = Math.min(from, bbox.left + bbox.width - width);
    if (at < freeFrom) continue;
    ctx.fillText(label, at, bottom - (BAR_PX + 3) * scale);
    freeFrom = at + width + GAP_PX * scale;
  }
  ctx.restore();
}
