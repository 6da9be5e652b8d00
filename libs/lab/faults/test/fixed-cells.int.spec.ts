import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultCell } from '@coupon/results';
import { faultNamed } from '../src/faults/index.js';
import { runMatrix, type MatrixResult } from '../src/matrix.js';
import { subjectNamed } from '../src/subject.js';

/** One cell or two for every kind of fault and every family of strategies. */
const cells = [
  ['database-killed', 'mysql-for-update'],
  ['database-read-only', 'group-commit'],
  ['connections-killed', 'mysql-conditional-update'],
  ['connections-used-up', 'mysql-optimistic'],
  ['rows-lost', 'mysql-serializable'],
  ['stock-lowered', 'mysql-named-lock'],
  ['rolling-update', 'mysql-skip-locked'],
  ['api-killed', 'no-lock'],
  ['redis-host-dead', 'redis-pubsub-lock'],
  ['redis-replica', 'redis-queue-lock'],
  ['redis-flushed', 'redis-spin-lock'],
  ['redis-flushed', 'redis-spin-lock.fenced'],
  ['redis-memory-killed', 'redis-counter'],
  ['worker-killed', 'redis-counter'],
  ['database-stopped-3s', 'redis-counter'],
] as const;

const ALL_WITHIN_MS = 900_000;

describe('a fixed part of the matrix, on real processes', () => {
  const end = new AbortController();
  let result: MatrixResult = { cells: [], failures: [] };

  beforeAll(async () => {
    result = await runMatrix(
      cells.map(([fault, strategy]) => ({
        fault: faultNamed(fault),
        subject: subjectNamed(strategy),
      })),
      { lanes: 2, resume: false, say: () => undefined, signal: end.signal },
    );
  }, ALL_WITHIN_MS);

  afterAll(() => end.abort());

  it('every cell could be run', () => {
    expect(result.failures).toEqual([]);
  });

  it.each(cells)('%s x %s is as predicted', (fault, strategy) => {
    const cell: FaultCell | undefined = result.cells.find(
      (one) => one.fault === fault && one.strategy === strategy,
    );
    expect(cell?.deviations).toEqual([]);
  });
});
