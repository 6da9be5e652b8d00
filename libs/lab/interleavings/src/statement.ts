import type { Step } from '@coupon/results';

/**
 * Columns and their values. Ids and times are left out: no race depends on them.
 */
export type Values = NonNullable<Step['valueRead']>;

/** A statement that a client is about to send. */
export interface Statement {
  /** A short form: `UPDATE coupons`. */
  readonly text: string;
  /**
   * False for a statement whose moment no other client can notice (BEGIN; the ROLLBACK of a
   * transaction that the database has already rolled back): it runs without waiting for a turn.
   */
  readonly takesTurn: boolean;
  /**
   * The statement ends a transaction or releases a lock: it never waits, and others may proceed.
   */
  readonly releases: boolean;
  /** The values to be written; null for a statement that only reads. */
  readonly written: Values | null;
}

/** The database's result of a statement. */
export interface StatementResult {
  /** `1 row`, `0 rows`, `errno 1213`, or `ok` where there is nothing to count. */
  readonly effect: string;
  /** The first row of what was read. */
  readonly read: Values | null;
}

/** Every statement of a client passes through a gate, which decides when it runs. */
export interface StatementGate {
  /**
   * Calls `execute` when it is the statement's turn and settles as `execute` does; `describe` says
   * what its result is in the trace.
   */
  send<T>(
    statement: Statement,
    execute: () => Promise<T>,
    describe: (result: T) => StatementResult,
  ): Promise<T>;
}

/** A statement that takes a turn, releases nothing and writes nothing, but for `overrides`. */
export const statement = (
  text: string,
  overrides: Partial<Omit<Statement, 'text'>> = {},
): Statement => ({ text, takesTurn: true, releases: false, written: null, ...overrides });
