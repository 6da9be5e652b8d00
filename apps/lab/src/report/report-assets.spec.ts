import { expect, it } from '@jest/globals';
import { raceResultSchema, type RaceResult, type Tick, type ClaimRecord } from '@coupon/results';
import { renderReport, runTimelineOf } from '@coupon/ui/report';
import { buildReportAssets } from './report-assets.js';
import { publishedRuns } from './write-report.js';

const RUNS = 40;
const reasons = [
  'SOLD_OUT',
  'DEADLOCK',
  'LOCK_TIMEOUT',
  'UNAVAILABLE',
  'LEASE_LOST',
  'OUTCOME_UNKNOWN',
];
const ids = Array.from({ length: 10 }, (_, n) => `00000000-0000-4000-8000-00000000000${n}`);
const findings = (['lost-updates', 'over-issued', 'duplicate-ordinals', 'untold-row'] as const).map(
  (kind) => ({
    kind,
    count: 12_345,
    text: 'a text of some length that says what was found',
    claims: ids,
  }),
);

/** A result as large as they come: every reason there is, many findings. */
const result: RaceResult = raceResultSchema.parse({
  schemaVersion: 1,
  command: 'npm run race -- --strategies all',
  environment: {
    startedAt: '2020-01-01T00:00:00.000Z',
    node: 'v20',
    database: 'mariadb',
    redis: '7',
    k6: '1',
    os: 'Linux',
    cpu: 'x',
    cpus: 2,
    memoryMb: 24_000,
    revision: 'abc',
  },
  runs: Array.from({ length: RUNS }, (_, n) => ({
    strategy: 'mysql-conditional-update',
    profile: 'original-broken',
    repeat: n + 1,
    http: {
      requests: 123_456,
      status: { 200: 23_456, 503: 100_000 },
      reasons: Object.fromEntries(reasons.map((reason) => [reason, 12_345])),
      ratePerS: 1_234.567,
      grantsPerS: 234.567,
      latencyMs: {
        avg: 123.456,
        med: 123.456,
        p90: 123.456,
        p95: 123.456,
        p99: 123.456,
        max: 1_234.567,
      },
    },
    rows: {
      total: 30_000,
      issued: 23_456,
      remaining: 12_345,
      lostUpdates: 5_801,
      overIssued: 0,
      duplicateOrdinals: 5_801,
    },
    unknown: { claims: 0, granted: 0 },
    verdict: {
      sound: false,
      expected: 'breaks: lost updates or numbers given twice, while every 200 still has its row',
      holds: true,
      findings,
    },
  })),
});

it('the script of every report brings no library that only checks data', async () => {
  const { script } = await buildReportAssets();
  expect(Buffer.byteLength(script)).toBeLessThan(200_000);
});

it('a report of forty runs, each with every reason in every bucket, stays below 3 MB', async () => {
  const claims = Array.from({ length: 7_000 }, (_, n): ClaimRecord => ({
    kind: 'claim',
    claimId: `c${n}`,
    startMs: 4 * n,
    endMs: 4 * n + (n % 997),
    status: n % 7 === 0 ? 200 : 503,
    reason: n % 7 === 0 ? null : (reasons[(n % 7) - 1] ?? null),
    ordinal: null,
  }));
  const ticks = Array.from({ length: 500 }, (_, n): Tick => ({
    atMs: 60 * n,
    requests: n,
    status: {},
    reasons: {},
    ratePerS: 0,
    latencyMs: null,
    quantity: 30_000 - 7 * n,
    rows: 11 * n,
  }));
  const timeline = runTimelineOf(claims, ticks, 30_000);
  expect(timeline.atS.length).toBeGreaterThan(100);
  expect(timeline.responses).toHaveLength(7);
  const page = renderReport(
    {
      result,
      timelines: Array.from({ length: RUNS }, () => timeline),
      traces: [],
      original: publishedRuns,
    },
    await buildReportAssets(),
  );
  expect(Buffer.byteLength(page)).toBeLessThan(3_000_000);
});
