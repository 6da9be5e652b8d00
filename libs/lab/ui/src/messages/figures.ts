import { sameText } from '../text.js';

/** The labels of a run's figures, in every table. */
export const figureLabels = {
  run: { en: 'run', ko: '실행' },
  load: { en: 'load', ko: '부하' },
  requests: { en: 'requests', ko: '요청' },
  granted: sameText('200'),
  soldOut: { en: '409 sold out', ko: '409 매진' },
  otherConflicts: { en: '409 otherwise', ko: '409 그 밖' },
  otherFailures: { en: 'other failures', ko: '그 밖의 실패' },
  failed: { en: 'failed', ko: '실패' },
  ratePerS: { en: 'req/s', ko: '요청/초' },
  grantsPerS: { en: 'granted/s', ko: '발급/초' },
  timesFirst: { en: 'against the first to hold', ko: '처음으로 지킨 전략 대비' },
  avg: { en: 'avg', ko: '평균' },
  med: { en: 'med', ko: '중앙값' },
  p90: sameText('p90'),
  p95: sameText('p95'),
  max: { en: 'max', ko: '최대' },
  issued: { en: 'rows in user_coupon', ko: 'user_coupon 행 수' },
  expectedRemaining: { en: 'expected remaining', ko: '남아야 할 수량' },
  remaining: { en: 'remaining', ko: '남은 수량' },
  lostUpdates: { en: 'lost updates', ko: '갱신 손실' },
  success: { en: 'success', ko: '성공률' },
  integrity: { en: 'integrity', ko: '정합성' },
  verdict: { en: 'verdict', ko: '판정' },
} as const;

/** The table beside the original experiment. */
export const original = {
  title: { en: 'Beside the original', ko: '원본 실험과 비교' },
  about: {
    en:
      'Loads named *-short and smoke are shorter or smaller than the original’s: ' +
      'shares and orders of magnitude can be compared, totals cannot. ' +
      '“npm run reproduce” runs the original’s loads in full. ' +
      '“Failed” does not count refusals by a coupon that is really sold out.',
    ko:
      '*-short와 smoke 부하는 원본보다 짧거나 작으므로 비율과 규모는 비교할 수 있지만 합계는 ' +
      '비교할 수 없습니다. 원본 부하 전체는 “npm run reproduce”로 실행합니다. ' +
      '“실패”에는 실제로 매진된 뒤의 매진 응답을 포함하지 않습니다.',
  },
  broken: { en: 'Without concurrency control', ko: '동시성 제어 없음' },
  fixed: { en: 'With a lock', ko: '락 사용' },
  lost: { en: 'lost, of the 200s', ko: '유실 (200 중)' },
} as const;
