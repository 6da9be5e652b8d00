import type { Told } from '@coupon/results';
import { sameText, textOf, type Text } from '../text.js';

/** What is said of a statement that failed or changed nothing, by its effect. */
const effects: Readonly<Record<string, Text>> = {
  'errno 1213': { en: 'errno 1213: deadlock, rolled back', ko: 'errno 1213: 데드락, 롤백됨' },
  'errno 1205': { en: 'errno 1205: lock wait timeout', ko: 'errno 1205: 락 대기 시간 초과' },
  'errno 1020': { en: 'errno 1020: the row has changed', ko: 'errno 1020: 행이 변경됨' },
  'errno 1062': { en: 'errno 1062: duplicate key', ko: 'errno 1062: 키 중복' },
  '0 rows': { en: '0 rows: nothing changed', ko: '0행: 변경된 행 없음' },
};

/** All that a picture of a schedule says, but for SQL and figures. */
export const swimLanes = {
  client: (letter: string) => ({ en: `client ${letter}`, ko: `클라이언트 ${letter}` }),
  row: sameText('coupons.quantity'),
  reads: (values: string) => ({ en: `reads ${values}`, ko: `읽음: ${values}` }),
  writes: (values: string) => ({ en: `writes ${values}`, ko: `씀: ${values}` }),
  waits: { en: 'waits for a lock', ko: '락 대기' },
  resumes: (waitedMs: number) => ({
    en: `resumes after ${waitedMs.toFixed(0)} ms`,
    ko: `${waitedMs.toFixed(0)} ms 뒤 재개`,
  }),
  stale: (by: string) => ({
    en: `stale as soon as ${by} commits`,
    ko: `${by}가 커밋하면 낡은 값`,
  }),
  overwrites: (by: string) => ({
    en: `overwrites what ${by} wrote`,
    ko: `${by}가 쓴 값을 덮어씀`,
  }),
  lost: (by: string) => ({ en: `lost: ${by} overwrites it`, ko: `유실: ${by}가 덮어씀` }),
  failed: (effect: string) => effects[effect] ?? sameText(effect),
  told(told: Told): Text {
    switch (told.kind) {
      case 'granted':
        return { en: `granted, number ${told.ordinal}`, ko: `응답: 발급, ${told.ordinal}번` };
      case 'refused':
        return { en: `refused: ${told.refusal}`, ko: `응답: 거절, ${told.refusal}` };
      case 'no-verdict':
        return { en: `no verdict: ${told.why}`, ko: `응답: 판정 없음, ${told.why}` };
      case 'failed':
        return { en: `failed: ${told.message}`, ko: `실패: ${told.message}` };
    }
  },
  inTheEnd: (remaining: number, expected: number | null) =>
    expected === null
      ? { en: `${remaining} remaining`, ko: `남음 ${remaining}` }
      : {
          en: `${remaining} remaining, ${expected} expected`,
          ko: `남음 ${remaining}, 기대값 ${expected}`,
        },
  nothingLost: { en: 'no lost update', ko: '갱신 손실 없음' },
  title: (clients: number, order: string, outcome: Text) => ({
    en:
      `${clients} concurrent claims, statement by statement: ` +
      `order ${order}, ends in ${outcome.en}`,
    ko:
      `동시에 온 요청 ${clients}개를 SQL 문장 단위로 그린 그림: ` +
      `순서 ${order}, 결과 ${outcome.ko}`,
  }),
  columns: {
    ms: sameText('ms'),
    client: { en: 'client', ko: '클라이언트' },
    event: { en: 'event', ko: '동작' },
  },
} as const;

/** How a schedule ends. */
export const scheduleOutcomes = {
  'over-issued': { en: 'over-issued', ko: '초과 발급' },
  'lost-update': { en: 'lost update', ko: '갱신 손실' },
  'false-answer': { en: 'false answer', ko: '거짓 응답' },
  deadlock: { en: 'deadlock', ko: '데드락' },
  'no-verdict': { en: 'no verdict', ko: '판정 없음' },
  right: { en: 'right', ko: '정상' },
} as const;

/** The page of schedules. */
export const schedules = {
  heading: { en: 'Schedules', ko: '실행 순서' },
  lead: {
    en:
      'Every order in which the statements of a few concurrent claims can interleave, ' +
      'played on a real database.',
    ko:
      '동시에 온 몇 개의 요청에서 SQL 문장이 섞일 수 있는 모든 순서를 실제 ' +
      '데이터베이스에서 실행합니다.',
  },
  strategy: { en: 'Strategy', ko: '전략' },
  clients: { en: 'Clients', ko: '클라이언트' },
  explore: { en: 'Explore', ko: '탐색' },
  anew: { en: 'Explore again', ko: '다시 탐색' },
  exploring: { en: 'Exploring', ko: '탐색 중' },
  notYet: {
    en: 'Not explored yet. An exploration takes some seconds.',
    ko: '아직 탐색하지 않았습니다. 탐색에는 몇 초가 걸립니다.',
  },
  notExplorable: {
    en:
      'This strategy decides outside the database: ' +
      'there are no statements whose order could be explored.',
    ko: '데이터베이스 밖에서 결정하는 전략이라 순서를 탐색할 SQL 문장이 없습니다.',
  },
  found: (count: number, database: string, complete: boolean) => ({
    en: `${count} schedules on ${database}, ${complete ? 'complete' : 'not complete'}`,
    ko: `${database}에서 실행 순서 ${count}가지${complete ? ', 가능한 전부' : ', 일부'}`,
  }),
  list: { en: 'Schedules by outcome', ko: '결과별 실행 순서' },
  first: { en: 'First step', ko: '처음 단계' },
  previous: { en: 'Back', ko: '이전' },
  next: { en: 'Next', ko: '다음' },
  last: { en: 'Last step', ko: '마지막 단계' },
  step: (n: number, all: number) => ({
    en: `Step ${n} of ${all}`,
    ko: `${all}단계 중 ${n}단계`,
  }),
} as const;

/** A client's letter: A is the first. */
export const letterOf = (client: number): string => String.fromCharCode(65 + client);

/** All texts of a list as one, in each language. */
export const joinedText = (texts: readonly Text[], separator: string): Text =>
  textOf((language) => texts.map((text) => text[language]).join(separator));
