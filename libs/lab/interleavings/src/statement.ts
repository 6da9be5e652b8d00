/**
 * Columns and what stood in them. Ids and times are left out: they say who and when, not what a
 * race is about.
 */
export type Values = Readonly<Record<string, string | number | null>>;

/** A statement that a client is about to send. */
export interface Statement {
  /** What it is, in a few words: `UPDATE coupons`. */
  readonly text: string;
  /**
   * False where no other client can notice when it runs (BEGIN; the ROLLBACK of a transaction that
   * is gone): it takes no turn.
   */
  readonly takesTurn: boolean;
  /**
   * It ends a transaction or lets go of a lock, so others may go on after it, and it never waits
   * itself.
   */
  readonly releases: boolean;
  /** What it sets out to write; null when it only reads. */
  readonly written: Values | null;
}

/** What the database answered. */
export interface Answer {
  /** `1 row`, `0 rows`, `errno 1213`, or `ok` where there is nothing to count. */
  readonly effect: string;
  /** The first row of what was read. */
  readonly read: Values | null;
}

/**
 * A statement that was run, as it stands in a trace. Times are milliseconds since the round began.
 */
export interface Step {
  /** 0 is the first client. */
  readonly client: number;
  readonly statement: string;
  readonly effect: string;
  /** It waited for another client: for a row, or for any other lock that the database keeps. */
  readonly blocked: boolean;
  readonly valueRead: Values | null;
  readonly valueWritten: Values | null;
  /** When it was sent. */
  readonly atMs: number;
  /** When it was answered. */
  readonly answeredAtMs: number;
}

/** Where a client's statements pass before they are run: whoever decides the order stands here. */
export interface StatementGate {
  /**
   * Runs `ask` when it is the statement's turn, and resolves or rejects as `ask` does; `tell` says
   * what its result means for the trace.
   */
  send<T>(statement: Statement, ask: () => Promise<T>, tell: (result: T) => Answer): Promise<T>;
}

/** A statement of no interest to others, unless `more` says otherwise. */
export const statement = (
  text: string,
  more: Partial<Omit<Statement, 'text'>> = {},
): Statement => ({ text, takesTurn: true, releases: false, written: null, ...more });
