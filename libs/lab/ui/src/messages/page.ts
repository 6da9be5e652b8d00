/** The frame of the live page. */
export const page = {
  title: { en: 'Coupon Race', ko: '쿠폰 레이스' },
  tagline: {
    en: 'A thousand users, one coupon: which strategy keeps the count?',
    ko: '수천 명이 한 쿠폰에 몰릴 때, 어떤 전략이 수량을 지킬까요?',
  },
  tabs: {
    race: { en: 'Race', ko: '레이스' },
    results: { en: 'Results', ko: '결과' },
    schedules: { en: 'Schedules', ko: '실행 순서' },
    faults: { en: 'Faults', ko: '장애' },
    strategies: { en: 'Strategies', ko: '전략' },
  },
  theme: {
    auto: { en: 'Theme: system', ko: '테마: 시스템' },
    light: { en: 'Theme: light', ko: '테마: 밝게' },
    dark: { en: 'Theme: dark', ko: '테마: 어둡게' },
  },
  offline: {
    en: 'The lab does not answer. A running race continues; this page reconnects by itself.',
    ko:
      '실험실이 응답하지 않습니다. ' +
      '실행 중인 레이스는 계속되며, 이 화면은 자동으로 다시 연결됩니다.',
  },
  skip: { en: 'Skip to content', ko: '본문으로 건너뛰기' },
} as const;

/** The language switches name each language in itself. */
export const languageNames = { en: 'English', ko: '한국어' } as const;

/** The form that starts a race. */
export const setup = {
  heading: { en: 'New race', ko: '새 레이스' },
  strategies: { en: 'Strategies', ko: '전략' },
  pair: { en: 'Broken and fixed', ko: '깨진 것과 고친 것' },
  all: { en: 'All', ko: '모두' },
  none: { en: 'None', ko: '해제' },
  profile: { en: 'Load', ko: '부하' },
  instances: { en: 'API processes', ko: 'API 프로세스' },
  repeats: { en: 'Repeats', ko: '반복' },
  start: { en: 'Start race', ko: '레이스 시작' },
  starting: { en: 'Starting…', ko: '시작하는 중…' },
  stop: { en: 'Stop', ko: '중지' },
  stopping: { en: 'Stopping…', ko: '중지하는 중…' },
  again: { en: 'New race', ko: '새 레이스' },
  about: (seconds: number) => ({ en: `about ${seconds} s`, ko: `약 ${seconds}초` }),
  load: (users: string, seconds: number, stock: string) => ({
    en: `${users} users, ${seconds} s, ${stock} coupons`,
    ko: `사용자 ${users}명, ${seconds}초, 쿠폰 ${stock}장`,
  }),
  breaks: { en: 'breaks', ko: '깨짐' },
  busy: {
    en:
      'A race or an exploration is already running. Only one runs at a time: ' +
      'two would distort each other’s figures.',
    ko:
      '이미 레이스나 탐색이 실행 중입니다. ' +
      '서로의 측정값에 영향을 주지 않도록 한 번에 하나만 실행합니다.',
  },
} as const;
