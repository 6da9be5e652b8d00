import { expectedRemaining, runNameOf, type RunState, type Tick } from '@coupon/results';
import { messages } from '../messages/catalogue.js';
import { sameText, type Text } from '../text.js';
import type { ChartPanelData } from './chart-panel.js';
import { runHues, type Series } from './chart.js';

const { charts: texts } = messages;

/** How long after a run's first tick another one is, in milliseconds. */
export const elapsedOf = ({ ticks }: Pick<RunState, 'ticks'>, tick: Tick): number =>
  tick.atMs - (ticks[0]?.atMs ?? tick.atMs);

type Measure = (tick: Tick, run: RunState) => number | null;

const issued: Measure = ({ rows }) => rows;
const lostUpdates: Measure = ({ quantity, rows }, { totalQuantity }) =>
  quantity === null || rows === null ? null : quantity - expectedRemaining(totalQuantity, rows);
const responsesPerS: Measure = ({ ratePerS }) => ratePerS;
const p95: Measure = ({ latencyMs }) => latencyMs?.p95 ?? null;

/** Four charts in which the runs of a race lie on each other, each from its own first tick on. */
export function raceChartsOf(states: readonly RunState[]): readonly ChartPanelData[] {
  const runs = states.filter(({ ticks }) => ticks.length > 0);
  const seconds = [
    ...new Set(runs.flatMap((run) => run.ticks.map((tick) => elapsedOf(run, tick) / 1_000))),
  ].sort((a, b) => a - b);
  const seriesOf = (run: RunState, n: number, measure: Measure): Series => {
    const at = new Map(
      run.ticks.map((tick) => [elapsedOf(run, tick) / 1_000, measure(tick, run)] as const),
    );
    return {
      label: sameText(runNameOf(run)),
      hue: runHues[n % runHues.length] ?? 'muted',
      isDashed: n >= runHues.length,
      values: seconds.map((second) => at.get(second) ?? null),
    };
  };
  const panel = (id: string, title: Text, measure: Measure): ChartPanelData => ({
    title,
    chart: {
      id: `race-${id}`,
      kind: 'joined-lines',
      x: { label: texts.seconds, values: seconds },
      y: { label: title },
      series: runs.map((run, n) => seriesOf(run, n, measure)),
    },
  });
  return runs.length === 0
    ? []
    : [
        panel('issued', texts.issued, issued),
        panel('lost-updates', texts.lostUpdates, lostUpdates),
        panel('responses', texts.responsesPerS, responsesPerS),
        panel('p95', texts.p95, p95),
      ];
}
