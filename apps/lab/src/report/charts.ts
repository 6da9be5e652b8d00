import type { Chart, Hue, Text } from '@coupon/charts';
import type { RunTimeline } from './run-timeline.js';

const hues: ReadonlyMap<string, Hue> = new Map<string, Hue>([
  ['200', 'good'],
  ['SOLD_OUT', 'calm'],
  ['LIMIT_REACHED', 'calm'],
  ['DEADLOCK', 'bad'],
  ['LOCK_TIMEOUT', 'wait'],
  ['LEASE_LOST', 'third'],
  ['OUTCOME_UNKNOWN', 'second'],
  ['UNAVAILABLE', 'first'],
]);

const names: ReadonlyMap<string, Text> = new Map([
  ['200', { en: '200 granted', ko: '200 발급' }],
  ['SOLD_OUT', { en: '409 sold out', ko: '409 매진' }],
  ['LOCK_TIMEOUT', { en: '409 no lock in time', ko: '409 락 획득 실패' }],
  ['DEADLOCK', { en: '503 deadlock', ko: '503 데드락' }],
  ['NO_ANSWER', { en: 'no answer', ko: '응답 없음' }],
]);

const seconds: Text = { en: 'seconds', ko: '초' };
const milliseconds: Text = { en: 'ms', ko: 'ms' };
const both = (text: string): Text => ({ en: text, ko: text });

/** A chart with what stands above it. */
export interface ChartPanel {
  readonly title: Text;
  /** What can be seen in it. */
  readonly about: Text;
  readonly chart: Chart;
}

/** The five charts of one run; their ids begin with `id`. */
export const chartPanelsOf = (id: string, course: RunTimeline): readonly ChartPanel[] =>
  [books, answered, throughput, latency, distribution].map((plate) => plate(id, course));

const books = (id: string, { books: { atS, quantity, due } }: RunTimeline): ChartPanel => ({
  title: { en: 'quantity against the rows', ko: 'quantity와 실제 행 수' },
  about: {
    en: 'What the coupon says is left, and what its rows leave. The gap is the lost updates.',
    ko: '쿠폰이 말하는 남은 수량과, 발급된 행에서 계산한 수량. 그 틈이 유실된 업데이트입니다.',
  },
  chart: {
    id: `${id}-books`,
    kind: 'gap',
    x: { label: seconds, values: atS },
    y: { label: { en: 'coupons left', ko: '남은 쿠폰' } },
    series: [
      { label: { en: 'quantity found', ko: 'quantity 실제값' }, hue: 'bad', values: quantity },
      {
        label: { en: 'total less rows: due', ko: '전체 - 행 수: 정답' },
        hue: 'first',
        values: due,
      },
    ],
  },
});

const answered = (id: string, { atS, answers }: RunTimeline): ChartPanel => ({
  title: { en: 'Answers by outcome', ko: '결과별 응답' },
  about: {
    en: 'Answers a second, one layer for each outcome.',
    ko: '초당 응답 수. 결과마다 한 층입니다.',
  },
  chart: {
    id: `${id}-answers`,
    kind: 'stack',
    x: { label: seconds, values: atS },
    y: { label: { en: 'answers/s', ko: '응답/초' } },
    series: answers.map(({ name, perS }) => ({
      label: names.get(name) ?? both(name),
      hue: hues.get(name) ?? 'muted',
      values: perS,
    })),
  },
});

const throughput = (id: string, { atS, answers }: RunTimeline): ChartPanel => ({
  title: { en: 'Throughput', ko: '처리량' },
  about: { en: 'All answers, and coupons granted, a second.', ko: '초당 전체 응답과 발급된 쿠폰.' },
  chart: {
    id: `${id}-throughput`,
    kind: 'lines',
    x: { label: seconds, values: atS },
    y: { label: { en: 'per second', ko: '초당' } },
    series: [
      {
        label: { en: 'answers', ko: '응답' },
        hue: 'first',
        values: atS.map((_, n) => answers.reduce((sum, { perS }) => sum + (perS[n] ?? 0), 0)),
      },
      {
        label: { en: 'granted', ko: '발급' },
        hue: 'good',
        values: answers.find(({ name }) => name === '200')?.perS ?? atS.map(() => 0),
      },
    ],
  },
});

const latency = (id: string, { atS, latencyMs: { med, p95, max } }: RunTimeline): ChartPanel => ({
  title: { en: 'Latency over time', ko: '시간에 따른 지연' },
  about: {
    en: 'Median, 95th percentile and longest of each stretch of time; the scale is logarithmic.',
    ko: '구간별 중앙값, 95퍼센타일, 최댓값. 로그 눈금입니다.',
  },
  chart: {
    id: `${id}-latency`,
    kind: 'lines',
    x: { label: seconds, values: atS },
    y: { label: milliseconds, logarithmic: true },
    series: [
      { label: both('med'), hue: 'first', values: med.map(aboveZero) },
      { label: both('p95'), hue: 'wait', values: p95.map(aboveZero) },
      { label: both('max'), hue: 'muted', values: max.map(aboveZero) },
    ],
  },
});

const distribution = (
  id: string,
  { distribution: { upToMs, granted, others } }: RunTimeline,
): ChartPanel => ({
  title: { en: 'Latency distribution', ko: '지연 분포' },
  about: {
    en: 'How many answers took how long: each bar up to its bound.',
    ko: '응답이 얼마나 걸렸는지. 막대마다 그 상한까지입니다.',
  },
  chart: {
    id: `${id}-distribution`,
    kind: 'bars',
    x: {
      label: milliseconds,
      values: upToMs.map((_, n) => n),
      names: upToMs.map((ms) => `≤ ${ms.toLocaleString('en-US')}`),
    },
    y: { label: { en: 'answers', ko: '응답 수' } },
    series: [
      { label: { en: 'granted', ko: '발급' }, hue: 'good', values: granted },
      { label: { en: 'all others', ko: '그 밖' }, hue: 'muted', values: others },
    ],
  },
});

/** k6 tells whole milliseconds; under one is drawn as a half, since a logarithm knows no zero. */
const aboveZero = (ms: number | null): number | null => (ms === null ? null : Math.max(0.5, ms));
