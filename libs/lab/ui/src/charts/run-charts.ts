import { messages } from '../messages/catalogue.js';
import type { ClaimOutcome } from '../messages/outcomes.js';
import { sameText, type Text } from '../text.js';
import type { ChartPanelData } from './chart-panel.js';
import type { Hue, Series } from './chart.js';
import type { RunTimeline } from './run-timeline.js';

/** What only a broken load or service meets. */
const odd = {
  NOT_OPEN: 'muted',
  EMAIL_TAKEN: 'muted',
  KEY_REUSED: 'muted',
  INVALID_REQUEST: 'muted',
  UNAUTHENTICATED: 'muted',
  FORBIDDEN: 'muted',
  NOT_FOUND: 'muted',
  METHOD_NOT_ALLOWED: 'muted',
  TOO_LARGE: 'muted',
  UNSUPPORTED_MEDIA_TYPE: 'muted',
} as const;

const outcomeHues: Readonly<Record<ClaimOutcome, Hue>> = {
  ...odd,
  200: 'good',
  SOLD_OUT: 'calm',
  LIMIT_REACHED: 'calm',
  DEADLOCK: 'bad',
  COUPON_INCONSISTENT: 'bad',
  INTERNAL_ERROR: 'bad',
  LOCK_TIMEOUT: 'wait',
  LEASE_LOST: 'third',
  OUTCOME_UNKNOWN: 'second',
  UNAVAILABLE: 'first',
  NO_ANSWER: 'muted',
};
const hues: ReadonlyMap<string, Hue> = new Map(Object.entries(outcomeHues));
const names: ReadonlyMap<string, Text> = new Map(Object.entries(messages.outcomes));
const { runCharts: texts } = messages;

/** The five charts of one run; their ids begin with `id`. */
export const runChartsOf = (id: string, timeline: RunTimeline): readonly ChartPanelData[] =>
  [stock, responses, throughput, latency, distribution].map((panel) => panel(id, timeline));

const inSeconds = (values: readonly number[]) => ({ label: messages.charts.seconds, values });

const stock = (id: string, { stock: samples }: RunTimeline): ChartPanelData => ({
  ...heading(texts.stock),
  chart: {
    id: `${id}-stock`,
    kind: 'gap',
    x: inSeconds(samples.atS),
    y: { label: texts.stock.axis },
    series: [
      { label: texts.stock.remaining, hue: 'bad', values: samples.remaining },
      { label: texts.stock.expected, hue: 'first', values: samples.expectedRemaining },
    ],
  },
});

const responses = (id: string, { atS, responses: all }: RunTimeline): ChartPanelData => ({
  ...heading(texts.responses),
  chart: {
    id: `${id}-responses`,
    kind: 'stack',
    x: inSeconds(atS),
    y: { label: texts.responses.axis },
    series: all.map(({ outcome, perS }) => ({
      label: names.get(outcome) ?? sameText(outcome),
      hue: hues.get(outcome) ?? 'muted',
      values: perS,
    })),
  },
});

const throughput = (id: string, { atS, responses: all }: RunTimeline): ChartPanelData => ({
  ...heading(texts.throughput),
  chart: {
    id: `${id}-throughput`,
    kind: 'lines',
    x: inSeconds(atS),
    y: { label: texts.throughput.axis },
    series: [
      {
        label: texts.throughput.responses,
        hue: 'first',
        values: atS.map((_, n) => all.reduce((sum, { perS }) => sum + (perS[n] ?? 0), 0)),
      },
      {
        label: texts.throughput.granted,
        hue: 'good',
        values: all.find(({ outcome }) => outcome === '200')?.perS ?? atS.map(() => 0),
      },
    ],
  },
});

const latency = (id: string, { atS, latencyMs }: RunTimeline): ChartPanelData => {
  const line = (quantile: 'med' | 'p95' | 'max', hue: Hue): Series => ({
    label: texts.latency[quantile],
    hue,
    values: latencyMs[quantile].map(aboveZero),
  });
  return {
    ...heading(texts.latency),
    chart: {
      id: `${id}-latency`,
      kind: 'lines',
      x: inSeconds(atS),
      y: { label: messages.charts.milliseconds, isLogarithmic: true },
      series: [line('med', 'first'), line('p95', 'wait'), line('max', 'muted')],
    },
  };
};

const distribution = (
  id: string,
  { distribution: { upToMs, granted, others } }: RunTimeline,
): ChartPanelData => ({
  ...heading(texts.distribution),
  chart: {
    id: `${id}-distribution`,
    kind: 'bars',
    x: {
      label: messages.charts.milliseconds,
      values: upToMs.map((_, n) => n),
      names: upToMs.map((ms) => `≤ ${ms.toLocaleString('en-US')}`),
    },
    y: { label: texts.distribution.axis },
    series: [
      { label: texts.distribution.granted, hue: 'good', values: granted },
      { label: texts.distribution.others, hue: 'muted', values: others },
    ],
  },
});

const heading = ({ title, about }: { readonly title: Text; readonly about: Text }) => ({
  title,
  about,
});

/** k6 measures whole milliseconds; 0 is drawn as 0.5, since a logarithmic scale has no zero. */
const aboveZero = (ms: number | null): number | null => (ms === null ? null : Math.max(0.5, ms));
