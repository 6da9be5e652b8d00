import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DisposalStack } from '@coupon/application';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { migrate } from '@coupon/mysql';
import { freshDatabase, provideServices } from '@coupon/services';
import { createConnection, type Connection, type ResultSetHeader } from 'mysql2/promise';
import { auditCommand } from '../src/commands/audit.js';

const opened = new DisposalStack();
const folder = mkdtempSync(join(tmpdir(), 'coupon-race-audit-'));
let databaseUrl: string;
let connection: Connection;

beforeAll(async () => {
  const { database } = opened.use(await provideServices({ need: ['database'] }));
  const fresh = opened.use(await freshDatabase(database, 'audit'));
  databaseUrl = fresh.url;
  await migrate(databaseUrl);
  connection = await createConnection({ uri: databaseUrl });
  await connection.query("INSERT INTO users VALUES (1, 'a@example.org', '', 'user', NOW())");
}, 120_000);
afterAll(async () => {
  await connection.end();
  await opened[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const idOf = (n: number): string => `0a8e1c9e-94b6-4c8a-9b0e-${String(n).padStart(12, '0')}`;
const tenMs = Date.parse('2026-01-01T10:00:00Z');
const at = (seconds: number) => tenMs + seconds * 1_000;

/** An answer that took from second `from` to second `until`, as k6 writes it down. */
const line = (claimId: string, from: number, until: number, ordinal: number | null) => ({
  kind: 'claim',
  claimId,
  userId: 1,
  startMs: at(from),
  endMs: at(until),
  status: ordinal === null ? 409 : 200,
  reason: ordinal === null ? 'SOLD_OUT' : null,
  ordinal,
});

/** A coupon with one row for each of `ordinals`, and their claims' ids. */
async function couponOf(total: number, ordinals: readonly number[]) {
  const [{ insertId: coupon }] = await connection.query<ResultSetHeader>(
    'INSERT INTO coupons (name, total_quantity, quantity, opens_at, closes_at) ' +
      "VALUES ('a', ?, ?, NOW(), NOW())",
    [total, total - ordinals.length],
  );
  const claims = ordinals.map(() => randomUUID());
  for (const [n, ordinal] of ordinals.entries())
    await connection.query(
      'INSERT INTO user_coupon (coupon_id, user_id, ordinal, claim_id, issued_at) ' +
        'VALUES (?, 1, ?, ?, ?)',
      [coupon, ordinal, claims[n], new Date(at(10 * n)).toISOString().slice(0, -1)],
    );
  return { coupon, claims };
}

function historyFile(lines: readonly object[]): string {
  const file = join(folder, `${randomUUID()}.jsonl`);
  writeFileSync(file, lines.map((one) => `${JSON.stringify(one)}\n`).join(''));
  return file;
}

/** What `npm run audit` prints, and its exit code; an error is its message and no exit code. */
async function audit(...args: readonly (string | number)[]) {
  const lines: string[] = [];
  let exitCode: number | undefined;
  const command = auditCommand({
    signal: new AbortController().signal,
    async finish(work) {
      exitCode = await work;
    },
  });
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  const written = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  const words = ['--database-url', databaseUrl, ...args].map(String);
  const error = await command.parseAsync(words, { from: 'user' }).then(
    () => null,
    (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
  );
  written.mockRestore();
  return { exitCode, error, text: lines.join('') };
}

describe('a total that was raised during the run', () => {
  /** The first of two coupons is gone, when a claim is told "sold out"; the second is new. */
  const raised = async (...changes: readonly object[]) => {
    const { coupon, claims } = await couponOf(2, [1, 2]);
    const [first, second] = claims.map((id, n) => line(id, 10 * n, 10 * n + 1, n + 1));
    const history = [first, line(idOf(1), 5, 6, null), second, ...changes];
    const own = { kind: 'stock', couponId: coupon, by: 1, startMs: at(8), endMs: at(9) };
    return { coupon, history: history.flatMap((one) => one ?? []), own };
  };

  it('is sold out too early where nobody says that it was raised', async () => {
    const { coupon, history } = await raised();
    const { exitCode, text } = await audit('--coupon', coupon, '--history', historyFile(history));
    expect(text).toContain('sold-out-too-early: 1');
    expect(exitCode).toBe(1);
  });

  it('is sold out in time where the history has the change, or the command line', async () => {
    const { coupon, history, own } = await raised();
    const of = (lines: readonly object[], ...more: readonly string[]) =>
      audit('--coupon', coupon, '--history', historyFile(lines), ...more);
    for (const told of [
      await of([...history, own]),
      await of(history, '--stock-change', '+1@2026-01-01T10:00:08Z'),
      await of(history, '--stock-change', '+1@2026-01-01T19:00:08+09:00/2026-01-01T19:00:09+09:00'),
      await of(history, '--stock-change', '+1'),
      await of(history, '--stock-change', '+2@2026-01-01T10:00:08Z', '--stock-change', '-1'),
    ])
      expect(told).toMatchObject({
        exitCode: 0,
        error: null,
        text: expect.stringMatching(/^sound: nothing found$/m),
      });
    const late = await of(history, '--stock-change', '+1@2026-01-01T10:00:03Z');
    expect(late.text).toContain('sold-out-too-early: 1');
    const foreign = await of([...history, { ...own, couponId: coupon + 1 }]);
    expect(foreign.text).toContain('sold-out-too-early: 1');
  });
});

describe('a coupon that was given back during the run', () => {
  it('leaves its number, rightly where the history or the command line says so', async () => {
    const { coupon, claims } = await couponOf(2, [2, 3]);
    const [second, third] = claims.map((id, n) => line(id, 10 * n, 10 * n + 1, n + 2));
    const history = [line(idOf(1), 0, 1, 1), second, third].flatMap((one) => one ?? []);
    const own = { kind: 'stock', couponId: coupon, by: 0, givenBack: 1 };
    const of = (lines: readonly object[], ...more: readonly string[]) =>
      audit('--coupon', coupon, '--history', historyFile(lines), ...more);
    for (const told of [
      await of([...history, { ...own, startMs: at(5), endMs: at(6) }]),
      await of(history, '--given-back', '1'),
    ])
      expect(told).toMatchObject({
        exitCode: 0,
        error: null,
        text: expect.stringMatching(/^sound: nothing found$/m),
      });
    const { exitCode, text } = await of(history);
    expect(text).toContain('ordinal-out-of-range: 1');
    expect(exitCode).toBe(1);
  });
});

describe('the order of numbers', () => {
  it('is checked without a strategy, and not where the strategy promises none', async () => {
    const { coupon, claims } = await couponOf(9, [3, 1]);
    const file = historyFile(
      claims.map((id, n) => line(id, 10 * n, 10 * n + 1, [3, 1][n] ?? null)),
    );
    const told = await audit('--coupon', coupon, '--history', file);
    expect(told.text).toContain('missing-ordinals: 1');
    expect(told.text).toContain('out-of-order: 1');
    expect(told.text).toContain('unless --strategy names one that does not promise it');
    expect(told.exitCode).toBe(1);
    const unordered = ['--coupon', coupon, '--history', file, '--strategy', 'mysql-skip-locked'];
    expect(await audit(...unordered)).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining('sound: nothing found'),
    });
  });

  it('has no gap, which the rows show without a history', async () => {
    const { coupon } = await couponOf(9, [1, 3]);
    const { text, exitCode } = await audit('--coupon', coupon);
    expect(text).toContain('missing-ordinals: 1');
    expect(exitCode).toBe(1);
  });
});

describe('what cannot be audited', () => {
  const nothing = join(folder, 'nothing.jsonl');
  const elsewhere = join(folder, 'none', 'x.json');
  const none = (): string => historyFile([{ kind: 'race' }, { kind: 'claim' }]);

  it.each<readonly [readonly (string | (() => string))[], RegExp]>([
    [['--coupon', '1.5'], /--coupon.*1\.5.*whole number from 1 to 999999999/],
    [['--coupon', '999999'], /^coupon 999999: must be the id of a coupon in the database/],
    [['--database-url', 'http://x'], /^--database-url: DATABASE_URL=.*must be mysql:\/\//],
    [
      ['--database-url', 'mysql://root:secret@127.0.0.1:1/x'],
      /^--database-url mysql:\/\/root:\*\*\*@127\.0\.0\.1:1\/x: must be a database with/,
    ],
    [['--history', nothing], /^--history .*nothing\.jsonl: must be a file of .*; there is none$/],
    [['--history', folder], /^--history .*: must be a file of clients' lines, .*; it is a folder$/],
    [['--history', none], /^--history .*: must be .*; none of its 2 lines can be read$/],
    [['--strategy', 'no-lok'], /^--strategy: LOCK_STRATEGY=no-lok: must be one of no-lock, /],
    [['--export', 'x.jsonl'], /^--export x\.jsonl: must be given with --history; the rows/],
    [
      ['--json', elsewhere],
      /^--json .*x\.json: must be a file that can be written; there is no fo/,
    ],
    [['--json', folder], /^--json .*: must be a file that can be written; it is a folder$/],
    [['--stock-change', '50'], /--stock-change.*'50' is invalid\. must be \+<count> or -<count>,/],
    [
      ['--stock-change', '+8'],
      /^--stock-change: must add up to no more than the total of 7.*to 8$/,
    ],
  ])('%j is refused with its name, its value and what is allowed', async (args, words) => {
    const { coupon } = await couponOf(7, []);
    const values = args.map((one) => (typeof one === 'string' ? one : one()));
    const { error, exitCode } = await audit('--coupon', coupon, ...values);
    expect(error).toMatch(words);
    expect(exitCode).toBeUndefined();
  });

  it('is never overwritten by what is written of it', async () => {
    const { coupon } = await couponOf(7, []);
    const file = historyFile([]);
    const { error } = await audit('--coupon', coupon, '--history', file, '--export', file);
    expect(error).toMatch(
      /^--export .*: must be a file that can be written; it is the file of --his/,
    );
  });
});
