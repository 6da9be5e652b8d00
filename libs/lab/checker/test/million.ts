/**
 * `npm run million -w @coupon/checker`: a million claims read from JSON lines and judged. Exit code
 * 1 beyond 10 s of judging or 1 GB in all.
 */
import { HistoryReader } from '@coupon/results';
import { check } from '../src/check.js';
import { crowdAttempts, crowdBooks } from './crowd.js';

const CLAIMS = 1_000_000;
const JUDGED_MAX_MS = 10_000;
const MEMORY_MAX_MB = 1_000;

const beganMs = performance.now();
const reader = new HistoryReader();
for (const attempt of crowdAttempts(CLAIMS))
  reader.take(JSON.stringify({ kind: 'claim', ...attempt }));
const { claims } = reader.history();
const readMs = performance.now() - beganMs;

const books = crowdBooks(CLAIMS);
const judgingMs = performance.now();
const { findings, unknown } = check({ ...books, attempts: claims }, true);
const judgedMs = performance.now() - judgingMs;
const peakMb = process.resourceUsage().maxRSS / 1_024;
process.stdout.write(
  `${claims.length} answers read in ${(readMs / 1e3).toFixed(1)} s, judged in ${(judgedMs / 1e3).toFixed(1)} s, at most ${peakMb.toFixed(0)} MB; ${unknown.claims} unknown, findings: ${findings.length}\n`,
);
process.exitCode =
  findings.length === 0 && judgedMs <= JUDGED_MAX_MS && peakMb <= MEMORY_MAX_MB ? 0 : 1;
