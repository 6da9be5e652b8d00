/**
 * One attempt at a claim as its client saw it; a replay is another attempt with the same claim id.
 * A `ToldClaim` of the contract is one. Times are epoch milliseconds of the clients' clock, which
 * they are taken to share.
 */
export interface Attempt {
  readonly claimId: string;
  /** Where the client wrote down whose claim it was. */
  readonly userId?: number | undefined;
  /** Null: it was made, nobody knows when. */
  readonly startMs: number | null;
  /** Null: no answer was ever seen. */
  readonly endMs: number | null;
  /** The HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly reason: string | null;
  /** The coupon's number, in a 200. */
  readonly ordinal: number | null;
}

/** A grant as its row tells it. */
export interface GrantRow {
  readonly claimId: string;
  readonly ordinal: number;
  /** Where it was read. */
  readonly userId?: number | undefined;
  /** Epoch milliseconds of the service's clock, where it was read. */
  readonly issuedAtMs?: number | undefined;
}

/** The coupon's own row. */
export interface CouponRow {
  /** How many there are. */
  readonly total: number;
  /** `quantity`: what it says is left. */
  readonly remaining: number;
}

/**
 * Stock that came back, or was added, while clients claimed: `total` went up by `count` at some
 * time from start to end.
 */
export interface Restock {
  readonly count: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** All that the referee looks at. It asks neither the server nor the strategy. */
export interface RunHistory {
  /**
   * What clients did and were told, in any order; null: nobody wrote it down, so that only the rows
   * can speak.
   */
  readonly attempts: readonly Attempt[] | null;
  /** Every row of the coupon once all was over, those from before the run too. */
  readonly rows: readonly GrantRow[];
  /** The coupon when the run began, with the rows that it had. */
  readonly before: CouponRow & { readonly rows: readonly GrantRow[] };
  readonly after: CouponRow;
  /** How many one user may hold; null: any number. */
  readonly perUserLimit: number | null;
  readonly restocks: readonly Restock[];
  /** Whether the rows were read when no claim was under way any more. */
  readonly quiet: boolean;
  /** How far apart the clients' clock and the service's may be; null: they cannot be compared. */
  readonly clockSkewMaxMs: number | null;
}

/**
 * Answers that leave open whether the claim was granted: none came, or one that says that nobody
 * knows. 503 says that nothing was done.
 */
export const isUnknown = ({ status }: Attempt): boolean =>
  status === 0 || (status >= 500 && status !== 503);

/** The claim was granted, as far as its client knows. */
export const isGrant = ({ status }: Attempt): boolean => status === 200;

/** The key was another claim's: the answer says nothing of the claim that has it. */
export const isForeign = ({ status }: Attempt): boolean => status === 422;

/** The client was told that nothing was issued. */
export const isNo = (attempt: Attempt): boolean =>
  !isUnknown(attempt) && !isGrant(attempt) && !isForeign(attempt);
