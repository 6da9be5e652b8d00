import type { Text } from '@coupon/charts';
import { runNameOf, type Violation, type RunResult } from '@coupon/results';
import { integrityOf, percent, sentenceOf, successOf, whole } from '../output/table.js';

/** What a run came to, in a word that a card can be headed with. */
export type State = 'holds' | 'breaks' | 'differs';

/** As declared and sound, as declared and broken, or not as declared. */
export const stateOf = ({ verdict }: RunResult): State =>
  verdict.holds ? (verdict.sound ? 'holds' : 'breaks') : 'differs';

/** The same words as in the table of the console, and in Korean. */
export const states: Readonly<Record<State, Text>> = {
  holds: { en: 'holds', ko: '지킴' },
  breaks: { en: 'breaks, as declared', ko: '깨짐 (선언한 대로)' },
  differs: { en: 'NOT AS DECLARED', ko: '선언과 다름' },
};

const promises: ReadonlyMap<string, string> = new Map([
  [
    'no lost update, no coupon too many, every answer in the rows',
    '업데이트 유실 없음, 초과 발급 없음, 모든 응답이 행으로 남음',
  ],
  [
    'breaks: lost updates, while every 200 still has its row',
    '깨짐: 업데이트가 유실되지만, 200 응답은 모두 행이 있음',
  ],
]);

/** What the strategy declares for such a run. */
export const promiseOf = ({ verdict }: RunResult): Text => ({
  en: verdict.expected,
  ko: promises.get(verdict.expected) ?? verdict.expected,
});

/** What the referee found, in Korean; its own words are English. */
export const findingNames: Readonly<Record<Violation['kind'], string>> = {
  'lost-updates': '유실된 업데이트',
  'over-issued': '초과 발급',
  'duplicate-ordinals': '두 번 이상 발급된 번호',
  'granted-without-row': '200 응답인데 행이 없음',
  'ordinal-differs': '응답과 행의 번호가 다름',
  'refused-but-recorded': '거절했는데 행이 있음',
  'untold-row': '아무도 요청하지 않은 행',
  'stock-leaked': '행 없이 줄어든 재고',
  'under-issued': '재고가 남았는데 매진이라고 함',
  'missing-ordinals': '빠진 번호',
  'ordinal-out-of-range': '범위를 벗어난 번호',
  'claim-recorded-twice': '한 요청이 두 번 기록됨',
  'earlier-row-gone': '전에 있던 행이 사라짐',
  'user-differs': '행의 사용자가 다름',
  'per-user-limit': '사용자당 한도 초과',
  'replay-differs': '같은 요청에 다른 응답',
  'sold-out-too-early': '매진이 되기 전에 매진이라고 함',
  'limit-too-early': '한도 전에 한도라고 함',
  'out-of-order': '시간 순서와 어긋난 번호',
  'issued-outside-claim': '요청 시간 밖의 발급 시각',
  'granted-too-early': '재고가 생기기 전에 발급됨',
};

/** What happened, in one sentence; the figures are those of the console's sentence. */
export function happenedIn(run: RunResult): Text {
  const { rows, http, verdict } = run;
  const granted = http.status['200'] ?? 0;
  const soldOut = http.reasons['SOLD_OUT'] ?? 0;
  const name = runNameOf(run);
  const end = soldOut > 0 ? ` 그 뒤 ${whole(soldOut)}건은 매진 응답을 받았습니다.` : '';
  const korean: Readonly<Record<State, string>> = {
    holds: `${name}: 쿠폰 ${whole(granted)}장이 발급되었고, 모두 행과 고유한 번호가 있으며 quantity가 정확합니다. 성공률 ${successOf(run)}, 초당 ${http.grantsPerS.toFixed(0)}장.${end}`,
    breaks: `${name}: 요청의 ${percent(http.reasons['DEADLOCK'] ?? 0, http.requests)}가 데드락(errno 1213)으로 실패했고, 발급된 ${whole(rows.issued)}장 중 ${whole(rows.lostUpdates)}장(${percent(rows.lostUpdates, rows.issued)})의 업데이트가 유실되었습니다. quantity는 ${whole(rows.remaining)}, 행으로 계산하면 ${whole(rows.total - rows.issued)}입니다.`,
    differs: `${name}: 선언한 대로 동작하지 않았습니다. ${verdict.findings.map(({ kind, count }) => `${findingNames[kind]} ${whole(count)}건`).join(', ') || '아무것도 발급되지 않았거나 깨지지 않았습니다'}.`,
  };
  return { en: sentenceOf(run), ko: korean[stateOf(run)] };
}

/** The figures that a card shows large. */
export const headlinesOf = (run: RunResult): readonly (readonly [string, Text])[] => [
  [whole(run.http.status['200'] ?? 0), { en: 'answered 200', ko: '200 응답' }],
  [whole(run.rows.issued), { en: 'rows', ko: '행' }],
  [whole(run.rows.lostUpdates), { en: 'lost updates', ko: '유실된 업데이트' }],
  [successOf(run), { en: 'success', ko: '성공률' }],
  [integrityOf(run), { en: 'integrity', ko: '정합성' }],
  [run.http.grantsPerS.toFixed(1), { en: 'granted/s', ko: '발급/초' }],
];

/**
 * The labels of the console's table, which are English, in Korean; what is not here is the same in
 * both.
 */
export const labels: ReadonlyMap<string, string> = new Map([
  ['load', '부하'],
  ['requests', '요청'],
  ['409 sold out', '409 매진'],
  ['409 otherwise', '409 그 밖'],
  ['other failures', '그 밖의 실패'],
  ['req/s', '요청/초'],
  ['granted/s', '발급/초'],
  ['against the first to hold', '처음으로 지킨 전략 대비'],
  ['avg', '평균'],
  ['med', '중앙값'],
  ['max', '최대'],
  ['rows in user_coupon', 'user_coupon 행 수'],
  ['quantity due', 'quantity 정답'],
  ['quantity found', 'quantity 실제값'],
  ['lost updates', '유실된 업데이트'],
  ['success', '성공률'],
  ['integrity', '정합성'],
  ['verdict', '판정'],
]);
