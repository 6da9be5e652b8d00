import { sameText } from '../text.js';

/** The report of a race. */
export const report = {
  title: { en: 'Coupon Race: report', ko: '쿠폰 레이스: 보고서' },
  language: { en: 'Language', ko: '언어' },
  theme: { en: 'Colors', ko: '색' },
  themes: {
    auto: { en: 'Auto', ko: '자동' },
    light: { en: 'Light', ko: '밝게' },
    dark: { en: 'Dark', ko: '어둡게' },
  },
  verdicts: { en: 'Verdicts', ko: '판정' },
  timelines: { en: 'How it went', ko: '진행 과정' },
  noEvidence: {
    en: 'The history of this run and the samples of its rows are no longer there.',
    ko: '이 실행의 기록이 남아 있지 않습니다.',
  },
  runsLeftOut: (count: number) => ({
    en: `${count} more runs are in the table only.`,
    ko: `나머지 ${count}개 실행은 표에만 있습니다.`,
  }),
  figures: { en: 'All figures', ko: '모든 수치' },
  asPrinted: { en: 'As printed by the race', ko: '레이스가 출력한 표' },
} as const;

/** Two claims, drawn statement by statement. */
export const trace = {
  title: { en: 'The race, drawn', ko: '그림으로 보는 경쟁' },
  about: {
    en:
      'Two concurrent claims, played statement by statement by the explorer on the database ' +
      'server of this race. Time runs downwards; ' +
      'the column in the middle is the committed value of the coupon’s row.',
    ko:
      '동시에 온 두 요청을, 이 레이스의 데이터베이스 서버에서 탐색기가 SQL 문장 단위로 실행한 ' +
      '기록입니다. 시간은 아래로 흐르고, 가운데 기둥은 쿠폰 행의 커밋된 값입니다.',
  },
  none: {
    en: 'No strategy of this race could be explored in the time available.',
    ko: '주어진 시간에 탐색할 수 있는 전략이 없었습니다.',
  },
  onlyOrder: { en: 'the only possible order', ko: '가능한 유일한 순서' },
  oneOf: (orders: number) => ({ en: `one of ${orders} orders`, ko: `순서 ${orders}가지 중 하나` }),
  ends: (outcome: { readonly en: string; readonly ko: string }) => ({
    en: `ends in ${outcome.en}`,
    ko: `결과 ${outcome.ko}`,
  }),
  words: { en: 'In words', ko: '글로 보기' },
} as const;

/** Where a race was run. */
export const environment = {
  title: { en: 'Environment', ko: '실행 환경' },
  startedAt: { en: 'started', ko: '시작' },
  machine: { en: 'machine', ko: '머신' },
  database: { en: 'database', ko: '데이터베이스' },
  redis: sameText('Redis'),
  k6: sameText('k6'),
  node: sameText('Node'),
  revision: { en: 'revision', ko: '리비전' },
  rerun: { en: 'Run it again', ko: '다시 실행하기' },
  files: {
    en:
      'Beside this file: result.json holds every figure, *.history.jsonl every claim as its ' +
      'client saw it, *.watch.jsonl samples of the rows during the run, ' +
      'trace.json the statements drawn above.',
    ko:
      '이 파일 옆의 result.json에 모든 수치, *.history.jsonl에 클라이언트가 본 모든 요청, ' +
      '*.watch.jsonl에 실행 중 읽은 행의 상태, trace.json에 위 그림의 SQL 문장이 있습니다.',
  },
} as const;
