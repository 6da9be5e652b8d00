import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { exportHistory } from '@coupon/checker';
import { loadPlugin } from '@coupon/strategies';
import { UserError } from '../run/user-error.js';
import { rowsOf, historyOf } from '../run/read-history.js';
import { audit, evidenceOf, verdictOn, type Evidence } from './audit.js';

/** What `npm run audit` is asked for. */
export interface AuditOptions {
  readonly coupon: number;
  readonly databaseUrl: string;
  /** The lines that k6 left: of all that was ever claimed of this coupon. */
  readonly history?: string;
  readonly strategy?: string;
  /** Where the history is written for outside checkers. */
  readonly export?: string;
  /** Where the findings are written as JSON. */
  readonly json?: string;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** So many lines are written at once. */
const LINES_AT_ONCE = 10_000;

async function writeExport(file: string, evidence: Evidence): Promise<number> {
  await using out = await open(file, 'w');
  let lines: string[] = [];
  let written = 0;
  for (const line of exportHistory(evidenceOf(evidence))) {
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
 * What the rows (and a history, where there is one) say of one coupon; reads only. 0 when nothing
 * is found, or the strategy's promises hold.
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
  const evidence: Evidence = {
    told: history?.claims ?? null,
    open: history?.open ?? [],
    ...(await rowsOf(databaseUrl, coupon)),
  };
  const promises = plugin?.guarantees;
  const found = audit(evidence, promises);
  const { total, issued, remaining, lostUpdates, overIssued, duplicateOrdinals } = found.rows;
  say(
    `coupon ${coupon}: ${total} in all, ${issued} rows, quantity ${remaining} where ${total - issued} is due, ${lostUpdates} lost updates, ${overIssued} too many, ${duplicateOrdinals} duplicate numbers`,
  );
  if (history !== null)
    say(
      `history: ${history.claims.length} answers, ${found.unknown.claims} claims without a known one (${found.unknown.granted} of them granted), ${history.torn} torn lines`,
    );
  for (const { kind, count, text, claims } of found.findings)
    say(
      `${kind}: ${count}: ${text}${claims.length > 0 ? `, such as ${claims.slice(0, 3).join(', ')}` : ''}`,
    );
  if (found.findings.length === 0) say('sound: nothing found');
  if (exportFile !== undefined)
    say(`${await writeExport(exportFile, evidence)} operations in ${exportFile}`);
  const verdict = promises === undefined ? undefined : verdictOn(found, promises);
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify({ ...found, verdict }, null, 2)}\n`);
  if (verdict === undefined) return found.findings.length === 0 ? 0 : 1;
  say(`${strategy}: expected: ${verdict.expected}: ${verdict.holds ? 'holds' : 'does not hold'}`);
  return verdict.holds ? 0 : 1;
}
