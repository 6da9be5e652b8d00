import type { Text } from '@coupon/charts';
import { runFiguresOf, runNameOf, type RunResult } from '@coupon/results';
import { original } from '../original.js';
import { percent, time, whole } from '../output/table.js';
import { both, esc, table } from './html.js';

/** A line of the original's table: a run of its own, or one of this race. */
interface Line {
  readonly name: string;
  readonly load: string;
  readonly requests: number;
  readonly granted: number;
  readonly failed: number;
  /** Claims that there was a coupon for. */
  readonly grantable: number;
  readonly ratePerS: number;
  readonly avgMs: number;
  readonly medMs: number;
  readonly p90Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
  readonly due: number;
  readonly found: number;
}

const FIXED_TOTAL = 50_000;

const publishedBroken: Line = (() => {
  const { total, granted, remaining, requests, ...rest } = original.broken;
  return {
    name: 'original',
    load: 'original-broken',
    requests,
    granted,
    grantable: requests,
    due: total - granted,
    found: remaining,
    ...rest,
  };
})();

const publishedFixed: readonly Line[] = original.fixed.map(
  ({ granted, lockTimeouts, remaining, ...rest }, n) => {
    const requests = granted + lockTimeouts;
    return {
      name: `original ${n + 1}`,
      load: 'original-fixed',
      requests,
      granted,
      failed: lockTimeouts,
      grantable: requests,
      due: FIXED_TOTAL - granted,
      found: remaining,
      ...rest,
    };
  },
);

const lineOf = (run: RunResult): Line => {
  const { http, rows } = run;
  const granted = http.status['200'] ?? 0;
  const { avg, med, p90, p95, max } = http.latencyMs;
  const grantable = runFiguresOf(run).grantable;
  return {
    name: runNameOf(run),
    load: run.profile,
    requests: http.requests,
    granted,
    failed: grantable - granted,
    grantable,
    ratePerS: http.ratePerS,
    avgMs: avg,
    medMs: med,
    p90Ms: p90,
    p95Ms: p95,
    maxMs: max,
    due: rows.total - rows.issued,
    found: rows.remaining,
  };
};

const heads: readonly Text[] = [
  { en: 'run', ko: '실행' },
  { en: 'load', ko: '부하' },
  { en: 'requests', ko: '요청' },
  { en: '200', ko: '200' },
  { en: 'failed', ko: '실패' },
  { en: 'success', ko: '성공률' },
  { en: 'req/s', ko: '요청/초' },
  { en: 'avg', ko: '평균' },
  { en: 'med', ko: '중앙값' },
  { en: 'p90', ko: 'p90' },
  { en: 'p95', ko: 'p95' },
  { en: 'max', ko: '최대' },
  { en: 'quantity due', ko: 'quantity 정답' },
  { en: 'quantity found', ko: 'quantity 실제값' },
  { en: 'lost, of the 200s', ko: '유실 (200 중)' },
];

const cellsOf = (line: Line): readonly string[] => {
  const lost = line.found - line.due;
  const figures = [
    line.name,
    line.load,
    whole(line.requests),
    whole(line.granted),
    whole(line.failed),
    percent(line.granted, line.grantable),
    line.ratePerS.toFixed(1),
  ];
  return [
    ...figures,
    ...[line.avgMs, line.medMs, line.p90Ms, line.p95Ms, line.maxMs].map(time),
    whole(line.due),
    whole(line.found),
    `${whole(lost)} (${percent(lost, line.granted)})`,
  ].map(esc);
};

/**
 * The original's own table with this race's runs beneath, broken with broken and sound with sound.
 */
export function originalSection(runs: readonly RunResult[]): string {
  const broken = runs.filter((run) => !run.verdict.sound);
  const sound = runs.filter((run) => run.verdict.sound);
  const head = heads.map(both);
  const part = (caption: Text, published: readonly Line[], own: readonly RunResult[]): string =>
    own.length === 0
      ? ''
      : table(
          caption,
          [head, ...published.map(cellsOf), ...own.map((run) => cellsOf(lineOf(run)))],
          `original published-${published.length}`,
        );
  const about: Text = {
    en: 'Loads named *-short and smoke are shorter or smaller than the original’s, so that shares and orders of magnitude compare, totals do not. “npm run reproduce” runs the original’s loads in full. “Failed” leaves out who was told truthfully that it is sold out.',
    ko: '*-short와 smoke 부하는 원본보다 짧거나 작으므로 비율과 규모는 비교할 수 있지만 합계는 비교할 수 없습니다. 원본 부하 전체는 “npm run reproduce”로 실행합니다. “실패”에는 실제로 매진된 뒤의 매진 응답이 들어가지 않습니다.',
  };
  return `<section id="original" aria-labelledby="original-title"><h2 id="original-title">${both({ en: 'Beside the original', ko: '원본 실험과 나란히' })}</h2><p>${both(about)}</p>${part(
    { en: 'Without concurrency control', ko: '동시성 제어 없음' },
    [publishedBroken],
    broken,
  )}${part({ en: 'With a lock', ko: '락 사용' }, publishedFixed, sound)}</section>`;
}
