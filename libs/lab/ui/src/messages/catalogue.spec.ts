import { expect, it } from '@jest/globals';
import { verdictOn } from '@coupon/checker';
import { allGuarantees, runEndingOf, type RunResult } from '@coupon/results';
import { sentenceOf } from '../run-lines.js';
import { messages } from './catalogue.js';
import { expectationOf } from './run.js';

const rows = {
  total: 100,
  issued: 40,
  remaining: 75,
  lostUpdates: 15,
  overIssued: 0,
  duplicateOrdinals: 15,
};
const latencyMs = { avg: 1, med: 2, p90: 3, p95: 4, p99: 5, max: 6 };
const http: RunResult['http'] = {
  requests: 100,
  status: { 200: 40, 503: 60 },
  reasons: { DEADLOCK: 60 },
  ratePerS: 10,
  grantsPerS: 4,
  latencyMs,
};
const run = (verdict: Partial<RunResult['verdict']>): RunResult => ({
  strategy: 'x',
  profile: 'smoke',
  repeat: 1,
  instances: 1,
  http,
  rows,
  unknown: { claims: 0, granted: 0 },
  verdict: { sound: true, expected: '', holds: true, findings: [], ...verdict },
});

/** Every text of a theme that needs no figures, with its path. */
const textsIn = (theme: object, path: string): [string, { en: string; ko: string }][] =>
  Object.entries(theme).flatMap(([code, entry]: [string, unknown]) => {
    if (typeof entry !== 'object' || entry === null) return [];
    return 'en' in entry && 'ko' in entry
      ? [[`${path}.${code}`, { en: String(entry.en), ko: String(entry.ko) }]]
      : textsIn(entry, `${path}.${code}`);
  });

it('has Hangul only in Korean texts, and no English text that was left untranslated', () => {
  const { languageNames, ...themes } = messages;
  const texts = textsIn(themes, 'messages');
  expect(texts.length).toBeGreaterThan(200);
  const isHangul = (text: string): boolean => /[가-힣]/.test(text);
  const wrong = texts.filter(
    ([, { en, ko }]) => en === '' || isHangul(en) || (en !== ko && !isHangul(ko)),
  );
  expect(wrong).toEqual([]);
  expect(languageNames).toEqual({ en: 'English', ko: '한국어' });
});

it('says in Korean what the checker expects of a strategy', () => {
  const expectations = [true, false].map((isGiven) => {
    const guarantees = { ...allGuarantees, neverOverIssues: isGiven, neverLosesUpdates: isGiven };
    const { expected } = verdictOn({ rows, violations: [] }, guarantees);
    return expectationOf(run({ expected }));
  });
  expect(expectations.map(({ ko }) => ko.startsWith('깨짐'))).toEqual([false, true]);
  expect(expectations.map(({ en }) => en.startsWith('breaks'))).toEqual([false, true]);
});

it('has a sentence for each ending, with the same figures in both languages', () => {
  const ends = [
    run({}),
    run({ sound: false }),
    run({
      holds: false,
      findings: [{ kind: 'over-issued', count: 7, text: '7 too many', claims: [] }],
    }),
  ];
  expect(ends.map(runEndingOf)).toEqual(['held', 'broke-as-declared', 'not-as-declared']);
  for (const end of ends) {
    const { en, ko } = sentenceOf(end);
    const figures = (text: string): string[] =>
      [...new Set(text.match(/\d[\d,.]*(?= ?%|장|건|,|\)|:)|\d[\d,.]*\d/g) ?? [])].map((figure) =>
        figure.replace(/[.,:]$/, ''),
      );
    for (const figure of figures(ko)) expect(en).toContain(figure);
  }
});
