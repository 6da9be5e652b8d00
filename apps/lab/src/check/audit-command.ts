import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { exportHistory, verdictOn } from '@coupon/checker';
import { loadPlugin } from '@coupon/strategies';
import { UserError } from '../run/user-error.js';
import { rowsOf, historyOf } from '../run/read-history.js';
import { checkRun, runHistoryOf, type RunRecords } from './check-run.js';

/** The options of `npm run audit`. */
export interface AuditOptions {
  readonly coupon: number;
  readonly databaseUrl: string;
  /** The file with k6's lines: of every claim ever made of this coupon. */
  readonly history?: string;
  readonly strategy?: string;
  /** The file that the history is exported to, for outside checkers. */
  readonly export?: string;
  /** Where the report is written as JSON. */
  readonly json?: string;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Lines that are written at once. */
const LINES_AT_ONCE = 10_000;

async function writeExport(file: string, records: RunRecords): Promise<number> {
  await using out = await open(file, 'w');
  let lines: string[] = [];
  let written = 0;
  for (const line of exportHistory(runHistoryOf(records))) {
    lines.push(`${JSON.stringify(line)}\n`);
    written += 1;
    if (lines.length < LINES_AT_ONCE) continue;
    await out.write(lines.join(''));
    lines = [];
  }
  await out.write(lines.join(''));
  return written - 1;
}

/**
 * Checks the rows of one coupon, and a history where there is one; reads only. Resolves with the
 * exit code: 0 when nothing is found, or the strategy's guarantees hold.
 */
export async function auditOf({
  coupon,
  databaseUrl,
  history: file,
  strategy,
  export: exportFile,
  json,
}: AuditOptions): Promise<0 | 1> {
  if (exportFile !== undefined && file === undefined)
    throw new UserError('--export needs --history: the rows alone know no times');
  const history = file === undefined ? null : await historyOf(file);
  const plugin = strategy === undefined ? undefined : await loadPlugin(strategy);
  const records: RunRecords = {
    claims: history?.claims ?? null,
    open: history?.open ?? [],
    ...(await rowsOf(databaseUrl, coupon)),
  };
  const found = checkRun(records, plugin?.guarantees);
  const { rows, unknown, violations } = found;
  const { total, issued, remaining, lostUpdates, overIssued, duplicateOrdinals } = rows;
  say(
    `coupon ${coupon}: ${total} in all, ${issued} rows, quantity ${remaining} where ${total - issued} is expected, ${lostUpdates} lost updates, ${overIssued} too many, ${duplicateOrdinals} duplicate numbers`,
  );
  if (history !== null)
    say(
      `history: ${history.claims.length} answers, ${unknown.claims} claims without a known one (${unknown.granted} of them granted), ${history.torn} torn lines`,
    );
  for (const { kind, count, text, claims } of violations)
    say(
      `${kind}: ${count}: ${text}${claims.length > 0 ? `, such as ${claims.slice(0, 3).join(', ')}` : ''}`,
    );
  if (violations.length === 0) say('sound: nothing found');
  if (exportFile !== undefined)
    say(`${await writeExport(exportFile, records)} operations in ${exportFile}`);
  const verdict = plugin === undefined ? undefined : verdictOn(found, plugin.guarantees);
  if (json !== undefined)
    writeFileSync(
      json,
      `${JSON.stringify({ rows, unknown, findings: violations, verdict }, null, 2)}\n`,
    );
  if (verdict === undefined) return violations.length === 0 ? 0 : 1;
  say(`${strategy}: expected: ${verdict.expected}: ${verdict.holds ? 'holds' : 'does not hold'}`);
  return verdict.holds ? 0 : 1;
}
