import {
  check,
  newCouponHistory,
  type Attempt,
  type CheckReport,
  type GrantRow,
  type RunHistory,
  type StockChange,
} from '@coupon/checker';
import type { ClaimRecord, Guarantees, OpenClaim } from '@coupon/results';

/** What a run leaves behind: its clients' records, and the rows once no claim is in flight. */
export interface RunRecords {
  /** Null: nobody wrote them down. */
  readonly claims: readonly ClaimRecord[] | null;
  /** Claims of which no answer can be read; none unless given. */
  readonly open?: readonly OpenClaim[];
  /** Changes of the coupon's stock while clients claimed; none unless given. */
  readonly stockChanges?: readonly StockChange[];
  readonly grants: readonly GrantRow[];
  readonly total: number;
  readonly remaining: number;
  /** How many coupons one user may hold; any number unless given. */
  readonly perUserLimit?: number | null;
}

/**
 * Clients and service run on one machine here: a larger difference is a wrong clock, or a wrong
 * time zone.
 */
const CLOCK_SKEW_MAX_MS = 5_000;

const unansweredAttempt = ({ claimId, startMs }: OpenClaim): Attempt => ({
  claimId,
  startMs,
  endMs: null,
  status: 0,
  reason: null,
  ordinal: null,
});

/** The run as the checker reads it. Its coupon was new, so that all rows are of the run. */
export function runHistoryOf(records: RunRecords): RunHistory {
  const { claims, open = [], stockChanges = [], grants } = records;
  const { total, remaining, perUserLimit = null } = records;
  return newCouponHistory({
    attempts: claims === null ? null : [...claims, ...open.map(unansweredAttempt)],
    rows: grants,
    coupon: { total, remaining },
    stockChanges,
    perUserLimit,
    clockSkewMaxMs: CLOCK_SKEW_MAX_MS,
  });
}

/** Checks a run; its numbers are held to an order only where `guarantees` says so. */
export function checkRun(
  records: RunRecords,
  guarantees: Pick<Guarantees, 'issuesInOrder'> = { issuesInOrder: false },
): CheckReport {
  return check(runHistoryOf(records), guarantees);
}
