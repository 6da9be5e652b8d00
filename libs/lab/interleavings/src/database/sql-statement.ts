import { statement, type Statement, type StatementResult, type Values } from '../statement.js';

/**
 * A query's result as mysql2 gives it: rows, or the summary of a write; for statements sent
 * together a list of these.
 */
interface Written {
  readonly affectedRows: number;
}
type Rows = readonly Readonly<Record<string, unknown>>[];
type Result = Written | Rows | readonly (Written | Rows)[];

const TEXT_MAX = 48;
/** Ids, times and what only administrators move: no race of claims depends on them. */
const isIrrelevant = (column: string): boolean =>
  /^(id|total_quantity|last_ordinal)$/.test(column) || /_(id|at)$/.test(column);

function plain(value: unknown): string | number | null {
  if (value === null || typeof value === 'number' || typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}

const valuesOf = (entries: readonly (readonly [string, unknown])[]): Values | null => {
  const kept = entries
    .filter(([column]) => !isIrrelevant(column))
    .map(([column, value]) => [column, plain(value)] as const);
  return kept.length === 0 ? null : Object.fromEntries(kept);
};

/** The SQL with its parameters in place and without quotes around names: for display only. */
const readable = (sql: string, parameters: readonly unknown[]): string => {
  let next = 0;
  const filled = sql.replace(/\?/g, () => String(plain(parameters[next++])));
  return filled
    .replace(/\/\*.*?\*\/|`/g, '')
    .replace(/\s+/g, ' ')
    .trim();
};

const insertOf = (sql: string, parameters: readonly unknown[]): Statement | null => {
  const found = /^insert (?:ignore )?into (\w+) \(([^)]*)\)/i.exec(sql);
  if (found === null) return null;
  const columns = (found[2] ?? '').split(', ');
  return statement(`INSERT ${found[1]}`, {
    written: valuesOf(columns.map((column, n) => [column, parameters[n] ?? null])),
  });
};

/** A subtraction that stops at 0 is shown as one. */
const shownValue = (value: string): string =>
  value.replace(/^greatest\((\w+),(\d+)\) - \2$/i, '$1 - $2');

const updateOf = (sql: string): Statement | null => {
  const found = /^update (\w+) set (.*?)(?: where (.*))?$/i.exec(sql);
  if (found === null) return null;
  const [, table, set = '', where = ''] = found;
  const written = set
    .split(', ')
    .map((one) => one.split(' = '))
    .map(
      ([column = '', ...value]) =>
        [
          column,
          /^\d+$/.test(value.join()) ? Number(value) : shownValue(value.join(' = ')),
        ] as const,
    );
  const conditions = where
    .split(' and ')
    .filter((one) => one !== '' && !isIrrelevant(/^\w+/.exec(one)?.[0] ?? ''));
  return statement(
    `UPDATE ${table}${conditions.length > 0 ? ` IF ${conditions.join(' AND ')}` : ''}`,
    { written: valuesOf(written) },
  );
};

const selectOf = (sql: string): Statement | null => {
  const table = /^select .*? from (\w+)/i.exec(sql)?.[1];
  const lock = /(for update|for share|lock in share mode)( skip locked| nowait)?/i.exec(sql)?.[0];
  return table === undefined
    ? null
    : statement(`SELECT ${table}${lock === undefined ? '' : ` ${lock.toUpperCase()}`}`);
};

/**
 * The explorer's view of a message to the database: one statement, or several sent together, which
 * no other client can come between. `rolledBack`: the database has already rolled its transaction
 * back.
 */
export function sqlStatement(
  raw: string,
  parameters: readonly unknown[],
  rolledBack: boolean,
): Statement {
  let next = 0;
  const parts = raw.split(/; (?=select|insert|update|commit)/i).map((part) => {
    const first = next;
    next += part.split('?').length - 1;
    return oneStatement(part, parameters.slice(first, next), rolledBack);
  });
  const noticeable = parts.length === 1 ? parts : parts.filter(({ takesTurn }) => takesTurn);
  const written = noticeable.map((one) => one.written).filter((values) => values !== null);
  return {
    text: noticeable.map(({ text }) => text).join('; '),
    takesTurn: noticeable.some(({ takesTurn }) => takesTurn),
    releases: noticeable.some(({ releases }) => releases),
    written:
      written.length === 0
        ? null
        : Object.fromEntries(written.flatMap((values) => Object.entries(values))),
  };
}

function oneStatement(raw: string, parameters: readonly unknown[], rolledBack: boolean): Statement {
  const sql = readable(raw, parameters);
  if (/^(begin|start transaction|set )/i.test(sql))
    return statement(shortened(sql.toUpperCase()), { takesTurn: false });
  if (/^(commit|rollback)$/i.test(sql))
    return statement(sql.toUpperCase(), { releases: true, takesTurn: !rolledBack });
  const named = /\b(get|release)_lock\(/i.exec(sql)?.[1]?.toUpperCase();
  if (named !== undefined)
    return statement(`SELECT ${named}_LOCK`, { releases: named === 'RELEASE' });
  return (
    insertOf(readable(raw.replace(/values .*/i, ''), []), parameters) ??
    updateOf(sql) ??
    selectOf(sql) ??
    statement(shortened(sql))
  );
}

const shortened = (text: string): string =>
  text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text;

const isRows = (result: Written | Rows): result is Rows => Array.isArray(result);

/** The result of BEGIN comes before that of the read sent with it. */
const isSeveral = (result: Result): result is readonly (Written | Rows)[] =>
  Array.isArray(result) && result.some((one) => Array.isArray(one) || 'affectedRows' in one);

/** The database's result of `sent` as a trace shows it. */
export function sqlResult(sent: Statement, result: Result): StatementResult {
  if (sent.releases || !sent.takesTurn) return { effect: 'ok', read: null };
  const last = isSeveral(result) ? (result.find(isRows) ?? []) : result;
  const count = isRows(last) ? last.length : last.affectedRows;
  const first = isRows(last) ? last[0] : undefined;
  return {
    effect: count === 1 ? '1 row' : `${count} rows`,
    read: first === undefined ? null : valuesOf(Object.entries(first)),
  };
}
