import type { RunEnding, RunFigures, RunResult, ViolationKind } from '@coupon/results';
import { percent, whole } from '../format.js';
import { textOf, type Language, type Text } from '../text.js';

/** How a run ended. */
export const endings: Readonly<Record<RunEnding, Text>> = {
  held: { en: 'holds', ko: '지킴' },
  'broke-as-declared': { en: 'breaks, as declared', ko: '선언한 대로 깨짐' },
  'not-as-declared': { en: 'NOT AS DECLARED', ko: '선언과 다름' },
};

/** What the checker can find. */
export const violations: Readonly<Record<ViolationKind, Text>> = {
  'lost-updates': { en: 'lost updates', ko: '갱신 손실' },
  'over-issued': { en: 'over-issued', ko: '초과 발급' },
  'duplicate-ordinals': { en: 'duplicate ordinals', ko: '중복 발급된 번호' },
  'granted-without-row': { en: 'granted without a row', ko: '200 응답인데 행이 없음' },
  'ordinal-differs': { en: 'ordinal differs from the row', ko: '응답과 행의 번호가 다름' },
  'refused-but-recorded': { en: 'refused, but recorded', ko: '거절했는데 행이 있음' },
  'untold-row': { en: 'row without a claim', ko: '요청이 없는 행' },
  'stock-leaked': { en: 'stock leaked', ko: '행 없이 줄어든 재고' },
  'under-issued': { en: 'under-issued', ko: '재고가 남았는데 매진 응답' },
  'missing-ordinals': { en: 'missing ordinals', ko: '빠진 번호' },
  'ordinal-out-of-range': { en: 'ordinal out of range', ko: '범위를 벗어난 번호' },
  'claim-recorded-twice': { en: 'claim recorded twice', ko: '한 요청이 두 번 기록됨' },
  'earlier-row-gone': { en: 'earlier row gone', ko: '이전에 있던 행이 사라짐' },
  'user-differs': { en: 'user differs', ko: '행의 사용자가 다름' },
  'per-user-limit': { en: 'per-user limit exceeded', ko: '사용자당 한도 초과' },
  'replay-differs': { en: 'replay differs', ko: '같은 요청에 다른 응답' },
  'sold-out-too-early': { en: 'sold out too early', ko: '재고 소진 전의 매진 응답' },
  'limit-too-early': { en: 'limit reached too early', ko: '한도 도달 전의 한도 초과 응답' },
  'out-of-order': { en: 'out of order', ko: '시간 순서와 어긋난 번호' },
  'issued-outside-claim': { en: 'issued outside its claim', ko: '요청 시간을 벗어난 발급 시각' },
  'granted-too-early': { en: 'granted too early', ko: '재고가 생기기 전의 발급' },
  'key-denied-to-owner': {
    en: 'key denied to its owner',
    ko: '자기 키인데 다른 요청의 키라는 응답',
  },
  'coupon-denied': { en: 'coupon denied', ko: '있는 쿠폰을 없다고 한 응답' },
};

/** What a strategy can be expected to do under load. */
const expectations = {
  integrity: {
    en: 'no lost update, no coupon too many, every answer in the rows',
    ko: '갱신 손실과 초과 발급이 없고, 모든 응답이 행으로 남음',
  },
  damage: {
    en: 'breaks: lost updates or numbers given twice, while every 200 still has its row',
    ko: '깨짐: 갱신 손실이나 중복 번호가 발생하지만, 200 응답은 모두 행이 있음',
  },
} as const;

/**
 * What was expected of a run. Result files hold it as an English sentence, which stays as it is;
 * one that expects damage begins with `breaks`.
 */
export const expectationOf = ({ verdict }: Pick<RunResult, 'verdict'>): Text => ({
  en: verdict.expected,
  ko: expectations[verdict.expected.startsWith('breaks') ? 'damage' : 'integrity'].ko,
});

/** What a run's sentence is made of. */
interface RunSummary {
  readonly name: string;
  readonly run: Pick<RunResult, 'rows' | 'verdict'>;
  readonly figures: RunFigures;
}

const findingsIn = ({ run: { verdict }, figures }: RunSummary, language: Language): string => {
  const nothing = figures.issued === 0 ? nothingIssued : nothingBroke;
  const found = verdict.findings.map(({ kind, count, text }) =>
    language === 'en'
      ? `${text} (${kind}, ${whole(count)})`
      : `${violations[kind][language]} ${whole(count)}건`,
  );
  return found.join(language === 'en' ? '; ' : ', ') || nothing[language];
};

const nothingIssued: Text = { en: 'nothing was issued', ko: '아무것도 발급되지 않았습니다' };
const nothingBroke: Text = { en: 'nothing broke', ko: '아무것도 깨지지 않았습니다' };

/** How a run ended, in one sentence, by its ending. */
export const sentences: Readonly<Record<RunEnding, (summary: RunSummary) => Text>> = {
  held({ name, figures }) {
    const { granted, success, grantsPerS, soldOut } = figures;
    const then: Text =
      soldOut === 0
        ? { en: '', ko: '' }
        : {
            en: `; then ${whole(soldOut)} claims were refused as sold out`,
            ko: ` 그 뒤 ${whole(soldOut)}건은 매진 응답을 받았습니다.`,
          };
    return {
      en:
        `${name} held: ${whole(granted)} coupons granted, ` +
        'each with its row and its own number, quantity exact, ' +
        `${percent(success)} success at ${whole(grantsPerS)} coupons per second${then.en}.`,
      ko:
        `${name}: 쿠폰 ${whole(granted)}장이 발급되었고, ` +
        '모두 행과 고유한 번호가 있으며 quantity가 정확합니다. ' +
        `성공률 ${percent(success)}, 초당 ${whole(grantsPerS)}장.${then.ko}`,
    };
  },
  'broke-as-declared'({ name, figures, run }) {
    const { deadlockShare, lostUpdates, issued, lostShare, remaining } = figures;
    const expected = whole(figures.expectedRemaining);
    const twice = run.rows.duplicateOrdinals;
    if (lostUpdates === 0 && twice > 0)
      return {
        en:
          `${name} broke: ${percent(deadlockShare)} of its requests failed with a deadlock ` +
          `(errno 1213), and ${whole(twice)} of its ${whole(issued)} coupons have a number ` +
          'that was given out before.',
        ko:
          `${name}: 요청의 ${percent(deadlockShare)}가 데드락(errno 1213)으로 실패했고, ` +
          `발급된 ${whole(issued)}장 중 ${whole(twice)}장의 번호가 이미 발급된 번호입니다.`,
      };
    return {
      en:
        `${name} broke: ${percent(deadlockShare)} of its requests failed with a deadlock ` +
        `(errno 1213), and ${whole(lostUpdates)} of its ${whole(issued)} coupons ` +
        `(${percent(lostShare)}) are lost updates: ` +
        `quantity is ${whole(remaining)}, the rows leave ${expected}.`,
      ko:
        `${name}: 요청의 ${percent(deadlockShare)}가 데드락(errno 1213)으로 실패했고, ` +
        `발급된 ${whole(issued)}장 중 ${whole(lostUpdates)}장(${percent(lostShare)})에서 갱신 ` +
        '손실이 발생했습니다. ' +
        `quantity는 ${whole(remaining)}이지만 행 수로 계산하면 ${expected}입니다.`,
    };
  },
  'not-as-declared': (summary) => ({
    en:
      `${summary.name} did not do what it declares (${summary.run.verdict.expected}): ` +
      `${findingsIn(summary, 'en')}.`,
    ko: `${summary.name}: 선언과 다르게 동작했습니다. ${findingsIn(summary, 'ko')}.`,
  }),
};

/** A count of one kind of violation, with what the checker wrote of it. */
export const findingText = (count: number, text: string): Text => ({
  en: `${whole(count)}: ${text}`,
  ko: `${whole(count)}건`,
});

/** Parts of a verdict card. */
export const verdictCard = {
  promised: { en: 'Promised', ko: '약속' },
  happened: { en: 'Happened', ko: '결과' },
  evidence: { en: 'Evidence', ko: '증거' },
  claims: (count: number) =>
    textOf((language) =>
      language === 'en' ? `claims that prove it (${count})` : `증거가 되는 요청 (${count})`,
    ),
  nothingFound: {
    en: 'The checker compared every answer with the rows and found no violation.',
    ko: '검사기가 모든 응답을 행과 비교했고 위반을 찾지 못했습니다.',
  },
} as const;

/** The figures that a card shows large. */
export const headlines = {
  granted: { en: 'answered 200', ko: '200 응답' },
  issued: { en: 'rows', ko: '행' },
  lostUpdates: { en: 'lost updates', ko: '갱신 손실' },
  success: { en: 'success', ko: '성공률' },
  integrity: { en: 'integrity', ko: '정합성' },
  grantsPerS: { en: 'granted/s', ko: '발급/초' },
} as const;
