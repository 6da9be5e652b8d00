import type { Guarantees, OpenClaim, ClaimRecord } from '@coupon/results';
import {
  check,
  type Attempt,
  type RunHistory as FullEvidence,
  type GrantRow,
  type CheckReport,
} from '@coupon/checker';

export { verdictOn, type GrantRow } from '@coupon/checker';

/**
 * What a race leaves behind: what clients were told (null: nobody wrote it down), and what the
 * database holds once all is quiet.
 */
export interface Evidence {
  readonly told: readonly ClaimRecord[] | null;
  /** Claims of which no answer can be read; none unless given. */
  readonly open?: readonly OpenClaim[];
  readonly grants: readonly GrantRow[];
  readonly total: number;
  readonly remaining: number;
  /** How many one user may hold; any number unless given. */
  readonly perUserLimit?: number | null;
}

/** What the evidence shows, before anything is compared with a promise. */
export type Audit = CheckReport;

/**
 * Clients and service run on one machine here: what is further apart is a wrong clock, or a wrong
 * time zone.
 */
const CLOCK_SKEW_MAX_MS = 5_000;

const attemptOf = ({ claimId, startMs }: OpenClaim): Attempt => ({
  claimId,
  startMs,
  endMs: null,
  status: 0,
  reason: null,
  ordinal: null,
});

/** Everything that clients tell of a run as the referee reads it. */
export const attemptsOf = (
  told: readonly ClaimRecord[],
  open: readonly OpenClaim[] = [],
): readonly Attempt[] => (open.length === 0 ? told : [...told, ...open.map(attemptOf)]);

/** A race as the referee reads it: its coupon was new, so that all rows are of the run. */
export function evidenceOf({
  told,
  open,
  grants,
  total,
  remaining,
  perUserLimit = null,
}: Evidence): FullEvidence {
  const before = { total, remaining: total, rows: [] };
  return {
    attempts: told === null ? null : attemptsOf(told, open),
    rows: grants,
    before,
    after: { total, remaining },
    perUserLimit,
    restocks: [],
    quiet: true,
    clockSkewMaxMs: CLOCK_SKEW_MAX_MS,
  };
}

/**
 * Lays a race before the referee. `promises` matter only to the order of numbers, which is looked
 * at where a strategy promises it for so many `instances`.
 */
export function audit(evidence: Evidence, promises?: Guarantees, instances = 1): Audit {
  return check(
    evidenceOf(evidence),
    promises?.issuesInOrder === true && (instances === 1 || promises.acrossProcesses),
  );
}
