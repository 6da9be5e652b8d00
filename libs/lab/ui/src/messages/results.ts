/** Earlier races, one of them opened, and two compared. */
export const results = {
  heading: { en: 'Earlier races', ko: '지난 레이스' },
  empty: { en: 'No race has been run here yet.', ko: '아직 실행한 레이스가 없습니다.' },
  report: { en: 'Report', ko: '보고서' },
  delete: { en: 'Delete', ko: '삭제' },
  confirmDelete: (when: string) => ({
    en: `Delete the race of ${when} with all its files?`,
    ko: `${when} 레이스를 파일과 함께 모두 삭제할까요?`,
  }),
  compare: { en: 'Compare the two', ko: '둘을 비교' },
  pick: { en: 'Select two races to compare them.', ko: '두 개를 선택하면 비교할 수 있습니다.' },
  back: { en: 'All races', ko: '모든 레이스' },
  against: { en: 'against', ko: '대' },
  only: { en: 'only in one of them', ko: '한쪽에만 있음' },
  evidence: { en: 'Violations', ko: '위반' },
  claims: { en: 'Claims that show it', ko: '근거가 되는 요청' },
  rerun: { en: 'Run it again', ko: '다시 실행하기' },
  environment: { en: 'Made with', ko: '측정 환경' },
} as const;

/** The comparison of two races. */
export const comparison = {
  figure: { en: 'Figure', ko: '항목' },
  before: { en: 'Before', ko: '이전' },
  after: { en: 'After', ko: '이후' },
  change: { en: 'Change', ko: '변화' },
  interval: { en: '95 % interval', ko: '95 % 구간' },
  beyondNoise: { en: 'Beyond noise?', ko: '잡음을 넘는가' },
  verdict: {
    better: { en: 'better', ko: '나아짐' },
    worse: { en: 'worse', ko: '나빠짐' },
    same: { en: 'no', ko: '아니오' },
    'too few': { en: 'too few runs', ko: '실행이 너무 적음' },
  },
  tooFew: {
    en:
      'So few runs do not show a change: two runs of the same code differ as well. ' +
      'Give both races four repeats or more.',
    ko:
      '실행 횟수가 적어 변화를 판단할 수 없습니다. 같은 코드도 실행할 때마다 결과가 다릅니다. ' +
      '두 레이스 모두 네 번 이상 반복하세요.',
  },
  about: {
    en: 'Medians of the runs, and whether the change exceeds their spread.',
    ko: '실행들의 중앙값과, 그 변화가 실행 간 편차를 넘는지를 보여 줍니다.',
  },
} as const;
