import { statement, type Answer, type Statement, type Values } from '../statement.js';

/**
 * A query's result as mysql2 gives it: rows, or what a write did; one of either for each of
 * statements that travelled together.
 */
type Written = { readonly affectedRows: number };
type Rows = readonly Readonly<Record<string, unknown>>[];
type Result = Written | Rows | readonly (Written | Rows)[];

const TEXT_MAX = 48;
/** Who and when; a race is about neither. */
const isAside = (column: string): boolean =>
  column === 'id' || /_(id|at)$/.test(column) || column === 'total_quantity';

const plain = (value: unknown): string | number | null =>
  value === null || typeof value === 'number' || typeof value === 'string'
    ? value
    : value instanceof Date
      ? value.toISOString()
      : String(value);

const valuesOf = (entries: readonly (readonly [string, unknown])[]): Values | null => {
  const kept = entries
    .filter(([column]) => !isAside(column))
    .map(([column, value]) => [column, plain(value)] as const);
  return kept.length === 0 ? null : Object.fromEntries(kept);
};

/**
 * The SQL with its parameters in their places, without quotes around names. For people only:
 * nothing here is ever run.
 */
const spoken = (sql: string, parameters: readonly unknown[]): string => {
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

const updateOf = (sql: string): Statement | null => {
  const found = /^update (\w+) set (.*?)(?: where (.*))?$/i.exec(sql);
  if (found === null) return null;
  const [, table, set = '', where = ''] = found;
  const written = set
    .split(', ')
    .map((one) => one.split(' = '))
    .map(
      ([column = '', ...value]) =>
        [column, /^\d+$/.test(value.join()) ? Number(value) : value.join(' = ')] as const,
    );
  const conditions = where
    .split(' and ')
    .filter((one) => one !== '' && !isAside(/^\w+/.exec(one)?.[0] ?? ''));
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
 * What a message to the database is to the explorer: a statement, or some that travel together,
 * which nobody can come between. `gone`: its transaction was rolled back by the database already.
 */
export function sqlStatement(
  raw: string,
  parameters: readonly unknown[],
  gone: boolean,
): Statement {
  let next = 0;
  const parts = raw.split(/; (?=select|insert|update|commit)/i).map((part) => {
    const first = next;
    next += part.split('?').length - 1;
    return oneStatement(part, parameters.slice(first, next), gone);
  });
  const noticed = parts.length === 1 ? parts : parts.filter(({ takesTurn }) => takesTurn);
  const written = noticed.map((one) => one.written).filter((values) => values !== null);
  return {
    text: noticed.map(({ text }) => text).join('; '),
    takesTurn: noticed.some(({ takesTurn }) => takesTurn),
    releases: noticed.some(({ releases }) => releases),
    written: written.length === 0 ? null : Object.assign({}, ...written),
  };
}

function oneStatement(raw: string, parameters: readonly unknown[], gone: boolean): Statement {
  const sql = spoken(raw, parameters);
  if (/^(begin|start transaction|set )/i.test(sql))
    return statement(shortened(sql.toUpperCase()), { takesTurn: false });
  if (/^(commit|rollback)$/i.test(sql))
    return statement(sql.toUpperCase(), { releases: true, takesTurn: !gone });
  const named = /\b(get|release)_lock\(/i.exec(sql)?.[1]?.toUpperCase();
  if (named !== undefined)
    return statement(`SELECT ${named}_LOCK`, { releases: named === 'RELEASE' });
  return (
    insertOf(spoken(raw.replace(/values .*/i, ''), []), parameters) ??
    updateOf(sql) ??
    selectOf(sql) ??
    statement(shortened(sql))
  );
}

const shortened = (text: string): string =>
  text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text;

const isRows = (result: Written | Rows): result is Rows => Array.isArray(result);

/** The answer to BEGIN stands before that to the read which travelled with it. */
const isSeveral = (result: Result): result is readonly (Written | Rows)[] =>
  Array.isArray(result) && result.some((one) => Array.isArray(one) || 'affectedRows' in one);

/** What the database's answer to `asked` says. */
export function sqlAnswer(asked: Statement, result: Result): Answer {
  if (asked.releases || !asked.takesTurn) return { effect: 'ok', read: null };
  const told = isSeveral(result) ? (result.find(isRows) ?? []) : result;
  const count = isRows(told) ? told.length : told.affectedRows;
  const first = isRows(told) ? told[0] : undefined;
  return {
    effect: count === 1 ? '1 row' : `${count} rows`,
    read: first === undefined ? null : valuesOf(Object.entries(first)),
  };
}
