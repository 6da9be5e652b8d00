import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { HistoryTail } from './history-tail.js';

const folder = mkdtempSync(join(tmpdir(), 'coupon-tail-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const line = (n: number, reason: string | null = null): string =>
  `${JSON.stringify({
    kind: 'claim',
    claimId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    startMs: n,
    endMs: n + 1,
    status: reason === null ? 200 : 409,
    reason,
    ordinal: null,
  })}\n`;

it('gives each claim once, when its line is whole, whatever bytes the file ends with', async () => {
  const file = join(folder, 'history.jsonl');
  await using tail = new HistoryTail(file);
  const readNew = async () =>
    (await tail.readNew()).map(({ startMs, reason }) => `${startMs} ${reason}`);
  expect(await readNew()).toEqual([]);
  appendFileSync(file, line(1) + line(2).slice(0, 30));
  expect(await readNew()).toEqual(['1 null']);
  expect(await readNew()).toEqual([]);
  const rest = Buffer.from(line(2).slice(30) + line(3, '매진'));
  const middle = rest.indexOf('매') + 1; // within a letter
  appendFileSync(file, rest.subarray(0, middle));
  expect(await readNew()).toEqual(['2 null']);
  appendFileSync(file, rest.subarray(middle));
  appendFileSync(
    file,
    `{"kind":"claim", torn\n${JSON.stringify({ kind: 'failure', text: 'x' })}\n`,
  );
  expect(await readNew()).toEqual(['3 매진']);
});

it('reads more than one chunk at a look', async () => {
  const file = join(folder, 'long.jsonl');
  appendFileSync(file, Array.from({ length: 5_000 }, (_, n) => line(n)).join(''));
  await using tail = new HistoryTail(file);
  expect(await tail.readNew()).toHaveLength(5_000);
});
