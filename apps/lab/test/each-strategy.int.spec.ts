import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApi } from '@coupon/api-process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runResultSchema, type RunResult } from '@coupon/results';
import { provideServices, type Services } from '@coupon/services';
import { pluginNamed } from '@coupon/strategies';
import { sentenceOf, tableOf } from '../src/output/table.js';
import { readProfile } from '../src/run/profiles.js';
import { executeRun } from '../src/run/run.js';

/** A smoke race of one strategy, named by CONFORMANCE_STRATEGY. nx runs it for each. */
const plugin = pluginNamed(process.env['CONFORMANCE_STRATEGY'] ?? '');
const folder = mkdtempSync(join(tmpdir(), 'coupon-race-lab-'));
const progress = { say: () => undefined, now: () => undefined, [Symbol.dispose]: () => undefined };
let services: Services;
let run: RunResult;

beforeAll(async () => {
  services = await provideServices({ need: ['database', 'redis', 'k6'] });
  await buildApi();
  run = runResultSchema.parse(
    await executeRun(
      { plugin, profile: readProfile('smoke'), repeat: 1 },
      { services, folder, progress, signal: new AbortController().signal },
    ),
  );
}, 300_000);
afterAll(async () => {
  await services[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe(`a smoke race of ${plugin.name} with real k6`, () => {
  it('does what its guarantees say', () => {
    const sound = plugin.guarantees.neverLosesUpdates;
    expect(run.verdict).toMatchObject({ holds: true, sound });
    const answered = Object.values(run.http.status).reduce((sum, count) => sum + count, 0);
    expect(answered).toBe(run.http.requests);
    expect(run.http.status['200']).toBe(run.rows.issued);
    if (!sound) expect(run.http.reasons['DEADLOCK']).toBeGreaterThan(0);
  });

  it('is told as a table and in a sentence with the same figures', () => {
    const table = tableOf([run]);
    expect(table).toContain(run.strategy);
    expect(table).toContain(run.rows.remaining.toLocaleString('en-US'));
    expect(sentenceOf(run)).toContain(run.verdict.sound ? 'held' : 'lost updates');
  });
});
