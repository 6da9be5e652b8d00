/**
 * `npm run million -w @coupon/checker`: a million claims read from JSON lines and checked. Exit
 * code 1 beyond 10 s of checking or 1 GB in all.
 */
import { HistoryReader } from '@coupon/results';
import { check } from '../src/check.js';
import { largeRunAttempts, largeRunRows } from './large-run.js';

const CLAIMS = 1_000_000;
const CHECK_MAX_MS = 10_000;
const MEMORY_MAX_MB = 1_000;

const beganMs = performance.now();
const reader = new HistoryReader();
for (const attempt of largeRunAttempts(CLAIMS))
  reader.take(JSON.stringify({ kind: 'claim', ...attempt }));
const { claims } = reader.history();
const readMs = performance.now() - beganMs;

const rows = largeRunRows(CLAIMS);
const checkBeganMs = performance.now();
const { violations, unknown } = check({ ...rows, attempts: claims }, { issuesInOrder: true });
const checkMs = performance.now() - checkBeganMs;
const peakMb = process.resourceUsage().maxRSS / 1_024;
process.stdout.write(
  `${claims.length} answers read in ${(readMs / 1e3).toFixed(1)} s, ` +
    `checked in ${(checkMs / 1e3).toFixed(1)} s, at most ${peakMb.toFixed(0)} MB; ` +
    `${unknown.claims} unknown, violations: ${violations.length}\n`,
);
process.exitCode =
  violations.length === 0 && checkMs <= CHECK_MAX_MS && peakMb <= MEMORY_MAX_MB ? 0 : 1;
