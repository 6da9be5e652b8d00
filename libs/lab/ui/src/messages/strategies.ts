/** The pages of the strategies; the guarantees bring their own texts. */
export const strategies = {
  heading: { en: 'Strategies', ko: '전략' },
  lead: {
    en:
      'What each strategy guarantees. ' +
      'The conformance kit attacks every yes, and must be able to break every no.',
    ko:
      '각 전략이 보장하는 것입니다. ' +
      '적합성 검사는 모든 "예"를 공격하고, 모든 "아니오"를 실제로 깨뜨릴 수 있어야 합니다.',
  },
  strategy: { en: 'Strategy', ko: '전략' },
  mechanism: { en: 'Keeps claims apart by', ko: '동시성 제어 방법' },
  yes: { en: 'yes', ko: '예' },
  no: { en: 'no', ko: '아니오' },
  attackedHeld: { en: 'attacked, held', ko: '공격을 견딤' },
  attackedBroke: (scenario: string) => ({
    en: `broken by ${scenario}`,
    ko: `${scenario}에서 깨짐`,
  }),
  notAttacked: { en: 'not attacked here yet', ko: '아직 공격하지 않음' },
  race: { en: 'Race it', ko: '이 전략으로 레이스' },
  schedules: { en: 'See its schedules', ko: '실행 순서 보기' },
  noPage: {
    en: 'This strategy has no page of its own.',
    ko: '이 전략에는 설명 페이지가 없습니다.',
  },
} as const;
