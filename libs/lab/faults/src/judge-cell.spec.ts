import { describe, expect, it } from '@jest/globals';
import type { Prediction, Violation } from '@coupon/results';
import { judgeCell, type Measured } from './judge-cell.js';

const sound: Prediction = { verdict: 'sound', breaks: [], reason: '' };
const breaks: Prediction = { verdict: 'breaks', breaks: ['lost-updates'], reason: '' };
const lost: Violation = { kind: 'lost-updates', count: 2, text: 'two', claims: [] };

const fine: Measured = {
  acknowledgedLost: 0,
  overIssued: 0,
  lostUpdates: 0,
  duplicateOrdinals: 0,
  violations: [],
  claims: 10,
  grants: 10,
  grantsDuringFault: 3,
  unknown: { count: 2, resolved: 2, granted: 1, refused: 1, attemptsMax: 2 },
  answers: { 200: 10 },
  withoutSuccessMs: 100,
  recoveryMs: 10,
  worstPastDeadlineMs: 900,
  generatorLagMs: 20,
  drains: [{ tookMs: 300, exitCode: 0 }],
  falselyReadyMs: 0,
  timeline: { stepMs: 100, grants: [10], injectedMs: 0, healedMs: 100 },
};

const deviations = (prediction: Prediction, cell: Partial<Measured>): readonly string[] => [
  ...judgeCell(prediction, { ...fine, ...cell }),
];

describe('a cell is compared with its prediction both ways', () => {
  it('is as predicted where nothing is wrong', () => {
    expect(deviations(sound, {})).toEqual([]);
    expect(deviations(breaks, { violations: [lost], recoveryMs: null })).toEqual([]);
  });

  it.each<[string, Prediction, Partial<Measured>, string]>([
    ['damage', sound, { violations: [lost] }, 'lost-updates: 2 (two)'],
    [
      'other damage than predicted',
      breaks,
      { violations: [lost, { ...lost, kind: 'over-issued' }] },
      'over-issued: 2 (two)',
    ],
    ['no damage', breaks, {}, 'nothing broke, though lost-updates was predicted'],
    [
      'no grant during a fault that is survived',
      { ...sound, verdict: 'available' },
      { grantsDuringFault: 0 },
      'no grant during the fault, though it was predicted to be survived',
    ],
    [
      'grants while nothing should work',
      { ...sound, verdict: 'unavailable-until-healed' },
      {},
      '3 grants during the fault, though none was predicted',
    ],
    ['no recovery', sound, { recoveryMs: null }, 'no grant after healing'],
    ['late recovery', sound, { recoveryMs: 5_001 }, 'the first grant came 5001 ms after healing'],
    [
      'a false readiness',
      sound,
      { falselyReadyMs: 1_600 },
      'a process called itself ready for 1600 ms while no claim could be granted',
    ],
    [
      'an open outcome',
      breaks,
      { violations: [lost], unknown: { ...fine.unknown, resolved: 1 } },
      '1 of 2 unknown outcomes were never resolved',
    ],
    [
      'a wait past the deadline',
      sound,
      { worstPastDeadlineMs: 1_021 },
      'a claim waited 1021 ms past its deadline',
    ],
    [
      'a drain that was cut',
      sound,
      { drains: [{ tookMs: 14_000, exitCode: null }] },
      'process 1 ended 14000 ms after SIGTERM with SIGKILL',
    ],
  ])('tells %s', (_, prediction, cell, text) => {
    expect(deviations(prediction, cell)).toEqual([text]);
  });
});
