import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { allGuarantees, ConfigFaults } from '@coupon/application';
import { exportHistory, verdictOn, type CheckReport, type StockChange } from '@coupon/checker';
import type { History } from '@coupon/results';
import { loadPlugin } from '@coupon/strategies';
import { UserError } from '../run/user-error.js';
import { claimsOf, rowsOf, historyOf } from '../run/read-history.js';
import { checkRun, runHistoryOf, type RunRecords } from './check-run.js';
import { requireOutputs, requireReadable, wrongValue, type OptionFile } from './option-file.js';

/** The options of `npm run audit`. */
export interface AuditOptions {
  readonly coupon: number;
  readonly databaseUrl: string;
  /** The file with k6's lines: of every claim ever made of this coupon. */
  readonly history?: string;
  readonly strategy?: string;
  /** Changes of the stock during the run that the history does not have. */
  readonly stockChange?: readonly StockChange[];
  /** How many coupons came back during the run, which the history does not say. */
  readonly givenBack?: number;
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

/** Throws UserError when a file cannot be used, before anything is read or written. */
function requireFiles({ history, export: exported, json }: AuditOptions): void {
  const inputs = history === undefined ? [] : [historyOption(history)];
  for (const file of inputs) requireReadable(file);
  requireOutputs(
    [
      { field: '--export', path: exported },
      { field: '--json', path: json },
    ],
    inputs,
  );
  if (exported !== undefined && history === undefined)
    throw new UserError(
      `--export ${exported}: must be given with --history; the rows alone know no times`,
    );
}

const historyOption = (path: string): OptionFile => ({
  field: '--history',
  path,
  allowed: "a file of clients' lines, as k6 writes them",
});

/** Reads a history. Throws UserError where the file holds none. */
async function requireHistory(path: string): Promise<History> {
  const history = await historyOf(path);
  const { claims, open: unanswered, torn } = history;
  if (torn > 0 && claims.length + unanswered.length === 0)
    throw wrongValue(historyOption(path), `none of its ${torn} lines can be read`);
  return history;
}

/** The URL as a message may show it. */
const withoutPassword = (text: string): string => {
  const url = new URL(text);
  if (url.password !== '') url.password = '***';
  return url.href;
};

/** Names the option that a setting came from; what is wrong with it the error says itself. */
async function fromOption<T>(option: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigFaults) throw new UserError(`${option}: ${error.message}`);
    throw error;
  }
}

/** Reads the coupon's rows. Throws UserError where there is no such database or coupon. */
const requireRows = (databaseUrl: string, coupon: number): ReturnType<typeof rowsOf> =>
  fromOption('--database-url', async () => {
    try {
      return await rowsOf(databaseUrl, coupon);
    } catch (error) {
      if (error instanceof UserError || error instanceof ConfigFaults) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new UserError(
        `--database-url ${withoutPassword(databaseUrl)}: ` +
          `must be a database with the service's tables; ${why}`,
        { cause: error },
      );
    }
  });

/** Throws UserError where the changes leave no coupon to begin with. */
function requireTotal({ total, stockChanges = [] }: RunRecords): void {
  const by = stockChanges.reduce((sum, change) => sum + change.by, 0);
  if (total - by >= 0) return;
  throw new UserError(
    `--stock-change: must add up to no more than the total of ${total}, ` +
      `with the changes in the history; they add up to ${by}`,
  );
}

/** The coupons that came back at an unknown time, as a change of the stock. */
const returnsOf = ({ givenBack }: AuditOptions): readonly StockChange[] =>
  givenBack === undefined
    ? []
    : [
        {
          by: 0,
          givenBack,
          startMs: Number.NEGATIVE_INFINITY,
          endMs: Number.POSITIVE_INFINITY,
        },
      ];

/** Says what was found, a line each. */
function sayReport(
  coupon: number,
  history: History | null,
  { rows, unknown, violations }: CheckReport,
): void {
  const { total, issued, remaining, lostUpdates, overIssued, duplicateOrdinals } = rows;
  say(
    `coupon ${coupon}: ${total} in all, ${issued} rows, quantity ${remaining} where ` +
      `${total - issued} is expected, ${lostUpdates} lost updates, ${overIssued} too many, ` +
      `${duplicateOrdinals} duplicate numbers`,
  );
  if (history !== null)
    say(
      `history: ${history.claims.length} answers, ${unknown.claims} claims without a known one ` +
        `(${unknown.granted} of them granted), ${history.torn} torn lines`,
    );
  for (const { kind, count, text, claims } of violations) {
    const examples = claims.slice(0, 3).join(', ');
    say(`${kind}: ${count}: ${text}${claims.length > 0 ? `, such as ${examples}` : ''}`);
  }
  if (violations.length === 0) say('sound: nothing found');
}

/** Violations that only a strategy that issues in order commits. */
const ofOrder: readonly string[] = ['out-of-order', 'missing-ordinals'];

/**
 * Checks the rows of one coupon, and a history where there is one; reads only. Without a strategy
 * every guarantee is expected. Resolves with the exit code: 0 when nothing is found, or the
 * strategy's guarantees hold. Throws UserError for an option that cannot be used.
 */
export async function auditOf(options: AuditOptions): Promise<0 | 1> {
  const { coupon, databaseUrl, history: file, strategy, export: exportFile, json } = options;
  requireFiles(options);
  const plugin =
    strategy === undefined ? undefined : await fromOption('--strategy', () => loadPlugin(strategy));
  const history = file === undefined ? null : await requireHistory(file);
  const seen = history === null ? { claims: null } : claimsOf(history, coupon);
  const records: RunRecords = {
    ...(await requireRows(databaseUrl, coupon)),
    ...seen,
    stockChanges: [
      ...(seen.stockChanges ?? []),
      ...(options.stockChange ?? []),
      ...returnsOf(options),
    ],
  };
  requireTotal(records);
  const found = checkRun(records, plugin?.guarantees ?? allGuarantees);
  const { rows, unknown, violations } = found;
  sayReport(coupon, history, found);
  if (plugin === undefined && violations.some(({ kind }) => ofOrder.includes(kind)))
    say(
      'Order is expected of every strategy unless --strategy names one that does not promise it.',
    );
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
