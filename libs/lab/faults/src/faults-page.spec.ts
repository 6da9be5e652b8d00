import { describe, expect, it } from '@jest/globals';
import type { FaultCell } from '@coupon/results';
import { always, type Fault } from './fault.js';
import { pageOf } from './faults-page.js';

const fault: Fault = {
  name: 'power-cut',
  title: 'everything stops at once',
  kind: 'database-away',
  holdMs: 1_000,
  applies: always,
  inject: () => () => undefined,
};

const cell = (strategy: string, further: Partial<FaultCell> = {}): FaultCell => ({
  schemaVersion: 1,
  fault: fault.name,
  strategy,
  revision: 'abc',
  startedAt: '2026-01-01T00:00:00.000Z',
  tookMs: 9_000,
  prediction: { verdict: 'sound', breaks: [], reason: 'rows are the truth' },
  deviations: [],
  acknowledgedLost: 0,
  overIssued: 0,
  lostUpdates: 0,
  duplicateOrdinals: 0,
  violations: [],
  claims: 100,
  grants: 80,
  grantsDuringFault: 0,
  unknown: { count: 5, resolved: 5, granted: 2, refused: 3, attemptsMax: 2 },
  answers: { '200': 80 },
  withoutSuccessMs: 1_200,
  recoveryMs: 40,
  worstPastDeadlineMs: 0,
  generatorLagMs: 3,
  drains: [],
  falselyReadyMs: 0,
  timeline: { stepMs: 100, grants: [1], injectedMs: 1_000, healedMs: 2_000 },
  ...further,
});

const facts = { machine: 'a machine', at: new Date(0) };

describe('the page of the fault lab', () => {
  it('puts strategies of one prediction and outcome on one line, with the span of figures', () => {
    const page = pageOf([fault], [cell('one'), cell('two', { recoveryMs: 90 })], facts);
    expect(page).toContain('**2 cells: 2 as predicted, 0 not.**');
    expect(page).toContain('Of 10 claims with an unknown outcome, 10 were resolved by replays.');
    expect(page).toContain(
      '| one, two | sound | rows are the truth | as predicted | 1200 ms | 40 to 90 ms ' +
        '| 10 of 10 resolved | 0 ms |',
    );
  });

  it('says of which revision the cells are, also where a matrix was resumed', () => {
    expect(pageOf([fault], [cell('one')], facts)).toContain('revision abc, on a machine');
    const resumed = pageOf([fault], [cell('one'), cell('two', { revision: 'def' })], facts);
    expect(resumed).toContain('revision abc (1 cells) and def (1 cells), on a machine');
  });

  it('says what differs from the prediction, of which strategy', () => {
    const wrong = cell('two', { deviations: ['nothing broke'] });
    const page = pageOf([fault], [cell('one'), wrong], facts);
    expect(page).toContain('**2 cells: 1 as predicted, 1 not.**');
    expect(page).toContain('**not as predicted**: two: nothing broke');
  });
});
