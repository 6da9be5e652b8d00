/**
 * One attempt at a claim as its client saw it; a replay is another attempt with the same claim id.
 * A `ClaimRecord` of a result's history is one. Times are epoch milliseconds of the clients' clock,
 * which all clients are taken to share.
 */
export interface Attempt {
  readonly claimId: string;
  /** Left out where the client did not write it down. */
  readonly userId?: number | undefined;
  /** Null: the attempt was made, at an unknown time. */
  readonly startMs: number | null;
  /** Null: no answer was ever seen. */
  readonly endMs: number | null;
  /** The HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly reason: string | null;
  /** The coupon's number, in a 200. */
  readonly ordinal: number | null;
  /**
   * True for a 200 that says that an earlier attempt had been granted: this one made no row. Left
   * out where the client does not know.
   */
  readonly replayed?: boolean | undefined;
}

/** A grant as its row shows it. */
export interface GrantRow {
  readonly claimId: string;
  readonly ordinal: number;
  /** Left out where it was not read. */
  readonly userId?: number | undefined;
  /** Epoch milliseconds of the service's clock; left out where it was not read. */
  readonly issuedAtMs?: number | undefined;
}

/** The coupon's own row. */
export interface CouponRow {
  /** How many coupons there are. */
  readonly total: number;
  /** The column `quantity`: how many are left. */
  readonly remaining: number;
}

/**
 * A change of the stock while clients claimed, as an administrator makes it: `total` and `quantity`
 * went up by `by` (down where it is negative) at some time from `startMs` to `endMs`, by the
 * clients' clock; infinite where nobody knows. `givenBack` coupons came back in it: their rows were
 * removed, and `quantity` went up by as many. Their numbers are not given again.
 */
export interface StockChange {
  readonly by: number;
  /** Left out where none came back. */
  readonly givenBack?: number | undefined;
  readonly startMs: number;
  readonly endMs: number;
}

/** Everything that the checker looks at. It asks neither the server nor the strategy. */
export interface RunHistory {
  /**
   * What clients did and were told, in any order; null: nobody wrote it down, so that only the rows
   * can be checked.
   */
  readonly attempts: readonly Attempt[] | null;
  /** Every row of the coupon after the run, those from before the run included. */
  readonly rows: readonly GrantRow[];
  /** The coupon when the run began, with the rows that it had. */
  readonly before: CouponRow & { readonly rows: readonly GrantRow[] };
  readonly after: CouponRow;
  /** How many coupons one user may hold; null: any number. */
  readonly perUserLimit: number | null;
  readonly stockChanges: readonly StockChange[];
  /** Whether no claim was in flight any more when the rows were read. */
  readonly quiet: boolean;
  /** How far apart the clients' clock and the service's may be; null: they cannot be compared. */
  readonly clockSkewMaxMs: number | null;
}

/**
 * Answers that leave open whether the claim was granted: none came, or the server does not know
 * either. 503 says that nothing was issued.
 */
export const isUnknown = ({ status }: Attempt): boolean =>
  status === 0 || (status >= 500 && status !== 503);

/** The claim was granted, as far as its client knows. */
export const isGrant = ({ status }: Attempt): boolean => status === 200;

/** Whether the attempt can have made its claim's row: a grant that is no replay, or unknown. */
export const canMakeRow = (attempt: Attempt): boolean =>
  isUnknown(attempt) || (isGrant(attempt) && attempt.replayed !== true);

/** The key was another claim's: the answer says nothing of the claim that has it. */
export const isForeign = ({ status }: Attempt): boolean => status === 422;

/** The client was told that there is no such coupon. */
export const isMissing = ({ status }: Attempt): boolean => status === 404;

/** The client was told that nothing was issued. */
export const saysNothingIssued = (attempt: Attempt): boolean =>
  !isUnknown(attempt) && !isGrant(attempt) && !isForeign(attempt);

/**
 * A history of a coupon that was new when the run began: all its rows are of the run. `coupon` is
 * its row after the run; its total before is what the changes of the stock (none unless given)
 * leave of it.
 */
export function newCouponHistory(
  history: Pick<RunHistory, 'attempts' | 'rows' | 'perUserLimit' | 'clockSkewMaxMs'> & {
    readonly coupon: CouponRow;
    readonly stockChanges?: readonly StockChange[];
  },
): RunHistory {
  const { coupon, stockChanges = [], ...seen } = history;
  const total = stockChanges.reduce((before, { by }) => before - by, coupon.total);
  return {
    ...seen,
    before: { total, remaining: total, rows: [] },
    after: coupon,
    stockChanges,
    quiet: true,
  };
}
