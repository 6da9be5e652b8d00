import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readHistory } from './history.js';

const id = (n: number) => `0a8e1c9e-94b6-4c8a-9b0e-${String(n).padStart(12, '0')}`;
const claim = {
  kind: 'claim',
  claimId: id(1),
  startMs: 1,
  endMs: 2,
  status: 200,
  reason: null,
  ordinal: 3,
};
const other = { ...claim, claimId: id(2) };
const line = JSON.stringify(claim);

describe('readHistory', () => {
  it('keeps claims and failures apart, and counts what it cannot read', () => {
    const lines = [
      line,
      '',
      JSON.stringify({ kind: 'failure', text: 'status 503' }),
      line.slice(0, 40),
      '{"kind":"claim"}',
      'k6 says hello',
    ];
    expect(readHistory(lines)).toEqual({
      claims: [claim],
      open: [],
      failures: ['status 503'],
      stockChanges: [],
      torn: 3,
    });
  });

  it('knows of a torn claim that it was made, as far as its line tells', () => {
    const torn = (text: string) => readHistory([text]);
    expect(torn(line.slice(0, line.indexOf(',"startMs"')))).toEqual({
      claims: [],
      open: [{ claimId: id(1), startMs: null }],
      failures: [],
      stockChanges: [],
      torn: 1,
    });
    // "startMs":1 may have been 17
    expect(torn(line.slice(0, line.indexOf(',"endMs"'))).open).toEqual([
      { claimId: id(1), startMs: null },
    ]);
    expect(torn(line.slice(0, line.indexOf('2,"status"'))).open).toEqual([
      { claimId: id(1), startMs: 1 },
    ]);
  });

  it('finds the next record behind a stump', () => {
    expect(readHistory([line.slice(0, 80) + JSON.stringify(other)])).toEqual({
      claims: [other],
      open: [{ claimId: id(1), startMs: 1 }],
      failures: [],
      stockChanges: [],
      torn: 1,
    });
  });

  it('takes a claim that ends nowhere as open, and as answered once its answer is read', () => {
    const begun = JSON.stringify({ kind: 'begun', claimId: id(1), startMs: 1 });
    const endless = JSON.stringify({ ...claim, claimId: id(2), endMs: null });
    expect(readHistory([begun, endless])).toMatchObject({
      claims: [],
      open: [
        { claimId: id(1), startMs: 1 },
        { claimId: id(2), startMs: 1 },
      ],
      torn: 0,
    });
    expect(readHistory([begun, line])).toMatchObject({ claims: [claim], open: [], torn: 0 });
  });

  it('keeps an attempt open whose claim was made again and answered', () => {
    const begun = JSON.stringify({ kind: 'begun', claimId: id(1), startMs: 1 });
    const again = { ...claim, startMs: 5, endMs: 6 };
    expect(readHistory([begun, JSON.stringify(again)])).toMatchObject({
      claims: [again],
      open: [{ claimId: id(1), startMs: 1 }],
    });
  });

  it('cannot read a line that ends before it starts: of its times none is known', () => {
    const turned = { ...claim, startMs: 9 };
    const behindStump = line.slice(0, 60) + JSON.stringify(turned);
    for (const text of [JSON.stringify(turned), behindStump])
      expect(readHistory([text])).toEqual({
        claims: [],
        open: [{ claimId: id(1), startMs: null }],
        failures: [],
        stockChanges: [],
        torn: 1,
      });
    expect(readHistory([JSON.stringify({ ...claim, startMs: 2 })]).torn).toBe(0);
  });

  it('reads changes of the stock, and takes none whose times contradict each other', () => {
    const change = { kind: 'stock', couponId: 1, by: -50, startMs: 1, endMs: 2 };
    const turned = { ...change, endMs: 0 };
    expect(readHistory([change, turned].map((one) => JSON.stringify(one)))).toMatchObject({
      stockChanges: [change],
      torn: 1,
    });
  });

  it('never takes a torn line for an answer, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.nat({ max: line.length - 1 }), (cut) => {
        const { claims, torn } = readHistory([line.slice(0, cut), JSON.stringify(other)]);
        expect(claims).toEqual([other]);
        expect(torn).toBe(cut === 0 ? 0 : 1);
      }),
    );
  });
});
