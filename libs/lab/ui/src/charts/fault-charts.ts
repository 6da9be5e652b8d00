import type { FaultCell } from '@coupon/results';
import { messages } from '../messages/catalogue.js';
import type { ChartPanelData } from './chart-panel.js';

const { faultChart: texts } = messages;

/** A shorter time without a grant is the load's own rhythm. */
const GAP_MIN_MS = 500;

/** Times without any grant, half a second or more, in milliseconds since the load began. */
export function gapsIn({
  stepMs,
  grants,
}: FaultCell['timeline']): readonly { readonly fromMs: number; readonly toMs: number }[] {
  const first = grants.findIndex((count) => count > 0);
  const gaps: { fromMs: number; toMs: number }[] = [];
  let from = first < 0 ? 0 : first + 1;
  for (let step = from; step <= grants.length; step += 1) {
    if (grants[step] === 0) continue;
    if ((step - from) * stepMs >= GAP_MIN_MS)
      gaps.push({ fromMs: from * stepMs, toMs: step * stepMs });
    from = step + 1;
  }
  return gaps;
}

/** Grants per step, with the fault and the times without a grant on the time axis. */
export function faultChartOf({ timeline }: Pick<FaultCell, 'timeline'>): ChartPanelData {
  const { stepMs, grants, injectedMs, healedMs } = timeline;
  return {
    title: texts.title,
    about: texts.about(stepMs),
    chart: {
      id: 'fault-grants',
      kind: 'steps',
      x: {
        label: messages.charts.seconds,
        values: grants.map((_, step) => (step * stepMs) / 1_000),
      },
      y: { label: texts.axis },
      series: [{ label: texts.grants, hue: 'good', values: grants }],
      periods: [
        {
          label: texts.fault,
          hue: 'bad',
          isShaded: true,
          spans: [
            {
              from: injectedMs / 1_000,
              to: (healedMs ?? grants.length * stepMs) / 1_000,
              label: texts.faultSpan(injectedMs, healedMs),
            },
          ],
        },
        {
          label: texts.withoutGrant,
          hue: 'wait',
          spans: gapsIn(timeline).map(({ fromMs, toMs }) => ({
            from: fromMs / 1_000,
            to: toMs / 1_000,
            label: texts.gap(toMs - fromMs),
          })),
        },
      ],
    },
  };
}
