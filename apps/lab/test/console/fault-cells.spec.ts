import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { faults, predictionFor, subjects, whyNoCell } from '@coupon/faults';
import {
  faultMatrixSchema,
  openedCellSchema,
  type FaultCell,
  type FaultMatrix,
  type MatrixPlace,
} from '@coupon/results';
import { faultSentence } from '@coupon/ui';
import { Archive } from '../../src/console/archive.js';
import { openConsole, type Console } from '../../src/console/console-server.js';
import { FaultCells } from '../../src/console/fault-cells.js';
import { cellOf } from './cell-of.js';

let folder: string;
let cells: string;
let lab: Console;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coupon-faults-'));
  cells = join(folder, 'results/faults');
  mkdirSync(cells, { recursive: true });
  lab = await openConsole({
    port: 0,
    pageFolder: folder,
    archive: new Archive(join(folder, 'results')),
    faultCells: new FaultCells(cells),
    plugins: [],
    jobHandlers: { race: () => Promise.resolve(), explore: () => Promise.resolve() },
  });
});
afterEach(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const write = (further: Partial<FaultCell>): void => {
  const cell = cellOf(further);
  writeFileSync(join(cells, `${cell.fault}.${cell.strategy}.json`), JSON.stringify(cell));
};

const ask = async (path: string): Promise<{ status: number; body: unknown }> => {
  const { origin, searchParams } = new URL(lab.url);
  const headers = { authorization: `Bearer ${searchParams.get('token')}` };
  const response = await fetch(`${origin}/api/faults${path}`, { headers });
  return { status: response.status, body: await response.json() };
};
const matrixNow = async (): Promise<FaultMatrix> => faultMatrixSchema.parse((await ask('')).body);
const placeIn = (matrix: FaultMatrix, fault: string, strategy: string): MatrixPlace | undefined =>
  matrix.faults.find(({ name }) => name === fault)?.places[matrix.strategies.indexOf(strategy)];

describe('the matrix of faults and strategies', () => {
  it('before anything was run has a place for each pair: not run, or why none', async () => {
    const matrix = await matrixNow();
    expect(matrix.newestRevision).toBeNull();
    expect(matrix.faults).toHaveLength(faults.length);
    for (const { places } of matrix.faults) expect(places).toHaveLength(subjects.length);
    expect(placeIn(matrix, 'late-commit', 'mysql-for-update')).toEqual({ state: 'not-run' });
    expect(placeIn(matrix, 'redis-killed', 'mysql-for-update')).toEqual({
      state: 'inapplicable',
      reason: 'it does not use Redis',
    });
  });

  it('has what was found, and the revision of the cell that was begun last', async () => {
    write({});
    write({ strategy: 'redis-spin-lock.fenced', deviations: ['this', 'that'] });
    write({ fault: 'rows-lost', revision: 'bbb', startedAt: '2026-01-02T00:00:00.000Z' });
    const matrix = await matrixNow();
    expect(matrix.newestRevision).toBe('bbb');
    const found = { state: 'run', verdict: 'sound', deviations: 0, revision: 'aaa' };
    expect(placeIn(matrix, 'late-commit', 'mysql-for-update')).toEqual(found);
    expect(placeIn(matrix, 'late-commit', 'redis-spin-lock.fenced')).toEqual({
      ...found,
      deviations: 2,
    });
  });

  it('shows a cell that was run alone, though the matrix itself has none there', async () => {
    write({ fault: 'database-killed', strategy: 'redis-spin-lock.fenced' });
    expect(placeIn(await matrixNow(), 'database-killed', 'redis-spin-lock.fenced')?.state).toBe(
      'run',
    );
  });

  it('takes a torn file, a link, and another version’s file for cells not run', async () => {
    const file = (strategy: string): string => join(cells, `late-commit.${strategy}.json`);
    writeFileSync(file('mysql-optimistic'), '{"torn":');
    writeFileSync(file('mysql-serializable'), JSON.stringify({ ...cellOf({}), schemaVersion: 2 }));
    writeFileSync(join(folder, 'elsewhere.json'), JSON.stringify(cellOf({})));
    symlinkSync(join(folder, 'elsewhere.json'), file('mysql-named-lock'));
    const matrix = await matrixNow();
    for (const strategy of ['mysql-optimistic', 'mysql-serializable', 'mysql-named-lock'])
      expect(placeIn(matrix, 'late-commit', strategy)).toEqual({ state: 'not-run' });
  });
});

describe('one cell', () => {
  it('is told in full, or that it was not run', async () => {
    write({});
    const opened = openedCellSchema.parse((await ask('/late-commit/mysql-for-update')).body);
    expect(opened).toMatchObject({
      fault: { name: 'late-commit', kind: 'network' },
      inapplicable: null,
      newestRevision: 'aaa',
    });
    expect(opened.cell).toEqual(cellOf({}));
    expect((await ask('/late-commit/no-lock')).body).toMatchObject({ cell: null });
    expect((await ask('/redis-killed/mysql-for-update')).body).toMatchObject({
      cell: null,
      inapplicable: 'it does not use Redis',
    });
  });

  it.each([
    '/late-commit/no-lok',
    '/late/no-lock',
    '/%2e%2e/no-lock',
    '/..%2f..%2felsewhere/no-lock',
    '/late-commit/mysql-for-update%00',
    '/late-commit/..%2flate-commit.mysql-for-update',
  ])('%s is none', async (path) => {
    write({});
    expect((await ask(path)).status).toBe(404);
  });
});

it('every sentence of the fault lab has its Korean one', () => {
  const sentences = faults.flatMap((fault) => [
    fault.title,
    ...subjects.flatMap((subject) => {
      const why = whyNoCell(fault, subject);
      return [predictionFor(fault, subject).reason, ...(why === null ? [] : [why])];
    }),
  ]);
  const untranslated = [...new Set(sentences)].filter(
    (sentence) => !/[가-힣]/.test(faultSentence(sentence).ko),
  );
  expect(untranslated).toEqual([]);
});
