import type { Schedule, Step, Told } from '@coupon/results';

/** The languages a picture can be in. */
export const languages = ['en', 'ko'] as const;
/** One of {@link languages}. */
export type Language = (typeof languages)[number];

/** All that a picture says, but for SQL and figures. */
export interface Words {
  readonly client: (letter: string) => string;
  readonly row: string;
  readonly reads: (values: string) => string;
  readonly writes: (values: string) => string;
  readonly waits: string;
  readonly goesOn: (waitedMs: number) => string;
  readonly stale: (by: string) => string;
  readonly overwrites: (by: string) => string;
  readonly lost: (by: string) => string;
  readonly failed: (effect: string) => string;
  readonly told: (told: Told) => string;
  readonly inTheEnd: (remaining: number, due: number | null) => string;
  readonly nothingLost: string;
  readonly title: (schedule: Schedule) => string;
  readonly columns: readonly [string, string, string];
}

const errnos: ReadonlyMap<string, Readonly<Record<Language, string>>> = new Map([
  ['errno 1213', { en: 'errno 1213: deadlock, rolled back', ko: 'errno 1213: 데드락, 롤백됨' }],
  ['errno 1205', { en: 'errno 1205: waited too long', ko: 'errno 1205: 락 대기 시간 초과' }],
  ['errno 1020', { en: 'errno 1020: the row has changed', ko: 'errno 1020: 행이 바뀜' }],
  ['errno 1062', { en: 'errno 1062: there already', ko: 'errno 1062: 이미 있음' }],
  ['0 rows', { en: '0 rows: nothing to change', ko: '0행: 바꿀 행 없음' }],
]);

const failure =
  (language: Language) =>
  (effect: string): string =>
    errnos.get(effect)?.[language] ?? effect;

const english: Words = {
  client: (letter) => `client ${letter}`,
  row: 'coupons.quantity',
  reads: (values) => `reads ${values}`,
  writes: (values) => `writes ${values}`,
  waits: 'waits for a lock',
  goesOn: (waitedMs) => `goes on after ${waitedMs.toFixed(0)} ms`,
  stale: (by) => `stale as soon as ${by} commits`,
  overwrites: (by) => `overwrites what ${by} wrote`,
  lost: (by) => `lost: ${by} overwrites it`,
  failed: failure('en'),
  told(told) {
    switch (told.kind) {
      case 'granted':
        return `told: granted, number ${told.ordinal}`;
      case 'refused':
        return `told: no, ${told.refusal}`;
      case 'no-verdict':
        return `told: no verdict, ${told.why}`;
      case 'failed':
        return `failed: ${told.message}`;
    }
  },
  inTheEnd: (remaining, due) =>
    due === null ? `${remaining} left` : `${remaining} left, ${due} due`,
  nothingLost: 'as it must be',
  title: ({ told, outcome, order }) =>
    `${told.length} claims at once, statement by statement: order ${order}, ends in ${outcome}`,
  columns: ['ms', 'who', 'what'],
};

const korean: Words = {
  client: (letter) => `클라이언트 ${letter}`,
  row: 'coupons.quantity',
  reads: (values) => `읽음: ${values}`,
  writes: (values) => `씀: ${values}`,
  waits: '락을 기다림',
  goesOn: (waitedMs) => `${waitedMs.toFixed(0)} ms 뒤 계속`,
  stale: (by) => `낡은 값: ${by}가 커밋한 뒤로`,
  overwrites: (by) => `${by}가 쓴 값을 덮어씀`,
  lost: (by) => `유실: ${by}가 덮어씀`,
  failed: failure('ko'),
  told(told) {
    switch (told.kind) {
      case 'granted':
        return `응답: 발급됨, ${told.ordinal}번`;
      case 'refused':
        return `응답: 거절, ${told.refusal}`;
      case 'no-verdict':
        return `응답: 판정 없음, ${told.why}`;
      case 'failed':
        return `실패: ${told.message}`;
    }
  },
  inTheEnd: (remaining, due) =>
    due === null ? `남음 ${remaining}` : `남음 ${remaining}, 정답 ${due}`,
  nothingLost: '정확함',
  title: ({ told, outcome, order }) =>
    `동시에 온 요청 ${told.length}개를 SQL 문장 단위로 그린 그림: 순서 ${order}, 결과 ${outcome}`,
  columns: ['ms', '누가', '무엇을'],
};

/** What pictures say, by language. */
export const words: Readonly<Record<Language, Words>> = { en: english, ko: korean };

/** Columns and values in a few words. */
export const valuesOf = (values: Step['valueRead']): string =>
  Object.entries(values ?? {})
    .map(
      ([column, value]) =>
        `${column} ${typeof value === 'string' && value.startsWith(column) ? value.slice(column.length).trim() : (value ?? 'null')}`,
    )
    .join(', ');

/** A client's letter: A is the first. */
export const letterOf = (client: number): string => String.fromCharCode(65 + client);
