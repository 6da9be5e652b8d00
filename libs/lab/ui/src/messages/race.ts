/** The race that runs or ran last. */
export const race = {
  empty: {
    en:
      'Choose strategies and start. ' +
      'Each gets the same stock and the same users, one after the other.',
    ko: '전략을 고르고 시작하세요. 모든 전략을 같은 재고와 같은 사용자 수로 차례로 실행합니다.',
  },
  phase: {
    preparing: { en: 'Preparing services', ko: '서비스 준비 중' },
    running: { en: 'Running', ko: '실행 중' },
    stopping: { en: 'Stopping', ko: '중지하는 중' },
    finished: { en: 'Finished', ko: '완료' },
    stopped: { en: 'Stopped', ko: '중지됨' },
    failed: { en: 'Failed', ko: '실패' },
  },
  runOf: (n: number, all: number, name: string) => ({
    en: `${n} of ${all}: ${name}`,
    ko: `${all}개 중 ${n}번째: ${name}`,
  }),
  secondsLeft: (seconds: number) => ({
    en: `about ${seconds} s left`,
    ko: `약 ${seconds}초 남음`,
  }),
  replay: { en: 'Replay side by side', ko: '나란히 다시 보기' },
  stopReplay: { en: 'End replay', ko: '다시 보기 끝내기' },
  seconds: (seconds: string) => ({ en: `${seconds} s`, ko: `${seconds}초` }),
  report: { en: 'Open report', ko: '보고서 열기' },
  verdicts: { en: 'Verdict', ko: '판정' },
} as const;

/** One run's stock while it lasts. */
export const stock = {
  heading: { en: 'Stock', ko: '재고' },
  remaining: { en: 'remaining', ko: '남은 재고' },
  waiting: { en: 'waiting', ko: '대기' },
  preparing: { en: 'preparing', ko: '준비 중' },
  running: { en: 'running', ko: '실행 중' },
  unfinished: { en: 'not finished', ko: '완료되지 않음' },
  granted: { en: 'granted', ko: '발급' },
  requests: { en: 'requests', ko: '요청' },
  rate: { en: 'responses/s', ko: '초당 응답' },
  gap: (lost: string, expected: string) => ({
    en: `${lost} lost updates: ${expected} expected from the rows`,
    ko: `갱신 손실 ${lost}건: 행 수로 계산하면 ${expected}장 남아야 함`,
  }),
} as const;

/** Charts, of page and report. */
export const charts = {
  table: { en: 'As a table', ko: '표로 보기' },
  within: { en: 'yes', ko: '예' },
  keys: {
    en: 'Charts: move with the arrow keys, Home and End.',
    ko: '차트: 화살표 키, Home, End로 이동합니다.',
  },
  seconds: { en: 'seconds', ko: '초' },
  milliseconds: { en: 'ms', ko: 'ms' },
  issued: { en: 'Coupons issued (rows)', ko: '발급된 쿠폰(행 수)' },
  lostUpdates: { en: 'Lost updates', ko: '갱신 손실' },
  responsesPerS: { en: 'Responses per second', ko: '초당 응답 수' },
  p95: { en: 'Latency, 95th percentile, ms', ko: '지연 시간 95백분위(ms)' },
} as const;

/** The charts of a finished run. */
export const runCharts = {
  stock: {
    title: { en: 'Remaining stock and rows', ko: '남은 재고와 실제 행 수' },
    about: {
      en:
        'The coupon’s quantity, and what it should be after the rows issued so far. ' +
        'The gap is lost updates.',
      ko: '쿠폰의 quantity 값과, 발급된 행 수로 계산한 값입니다. 둘의 차이가 갱신 손실입니다.',
    },
    axis: { en: 'coupons remaining', ko: '남은 쿠폰' },
    remaining: { en: 'remaining (quantity)', ko: '남은 수량(quantity)' },
    expected: { en: 'expected: total − rows', ko: '기대값: 전체 − 행 수' },
  },
  responses: {
    title: { en: 'Responses by outcome', ko: '결과별 응답' },
    about: {
      en: 'Responses per second, stacked by outcome.',
      ko: '초당 응답 수를 결과별로 쌓은 그래프입니다.',
    },
    axis: { en: 'responses/s', ko: '응답/초' },
  },
  throughput: {
    title: { en: 'Throughput', ko: '처리량' },
    about: {
      en: 'All responses, and coupons granted, per second.',
      ko: '초당 전체 응답 수와 발급된 쿠폰 수입니다.',
    },
    axis: { en: 'per second', ko: '초당' },
    responses: { en: 'responses', ko: '응답' },
    granted: { en: 'granted', ko: '발급' },
  },
  latency: {
    title: { en: 'Latency over time', ko: '시간에 따른 지연 시간' },
    about: {
      en: 'Median, 95th percentile and maximum per time bucket, on a logarithmic scale.',
      ko: '구간별 중앙값, 95백분위, 최댓값입니다. 로그 눈금을 사용합니다.',
    },
    med: { en: 'med', ko: '중앙값' },
    p95: { en: 'p95', ko: 'p95' },
    max: { en: 'max', ko: '최댓값' },
  },
  distribution: {
    title: { en: 'Latency distribution', ko: '지연 시간 분포' },
    about: {
      en: 'Number of responses by latency; each bar counts up to its bound.',
      ko: '지연 시간별 응답 수입니다. 막대마다 표시된 상한까지를 셉니다.',
    },
    axis: { en: 'responses', ko: '응답 수' },
    granted: { en: 'granted', ko: '발급' },
    others: { en: 'all others', ko: '그 밖의 응답' },
  },
} as const;
