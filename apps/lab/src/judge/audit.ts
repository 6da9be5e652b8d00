import type { Finding, Rows, RunVerdict, ToldClaim } from '@coupon/contract';
import type { Guarantees } from '@coupon/strategies';

/** A grant as its row tells it. */
export interface GrantRow {
  readonly claimId: string;
  readonly ordinal: number;
}

/** All that an audit looks at: what clients were told (null: nobody wrote it down), and what the database holds once all is quiet. */
export interface Evidence {
  readonly told: readonly ToldClaim[] | null;
  readonly grants: readonly GrantRow[];
  readonly total: number;
  readonly remaining: number;
}

/** What the evidence shows, before anything is compared with a promise. */
export interface Audit {
  readonly rows: Rows;
  readonly unknown: { readonly claims: number; readonly granted: number };
  readonly findings: readonly Finding[];
}

/** No answer, or one that says that nobody knows: only the rows can tell what became of the claim. */
const isUnknown = ({ status }: ToldClaim): boolean => status === 0 || status === 504 || status === 500;

const CLAIMS_SHOWN_MAX = 10;

const finding = (kind: Finding['kind'], text: string, claims: readonly string[], count = claims.length): Finding[] =>
  count === 0 ? [] : [{ kind, count, text, claims: claims.slice(0, CLAIMS_SHOWN_MAX) }];

/** Compares answers and rows one by one, by claim id. Pure; trusts neither the server's counters nor the strategy's name. */
export function audit({ told, grants, total, remaining }: Evidence): Audit {
  const rowOf = new Map(grants.map((grant) => [grant.claimId, grant]));
  const claims = told ?? [];
  const known = claims.filter((claim) => !isUnknown(claim));
  const granted = known.filter((claim) => claim.status === 200);
  const unknown = claims.filter(isUnknown);
  const toldIds = new Set(claims.map((claim) => claim.claimId));
  const ids = (list: readonly { readonly claimId: string }[]) => list.map(({ claimId }) => claimId);

  const seen = new Set<number>();
  const duplicates = grants.filter(({ ordinal }) => seen.has(ordinal) || !seen.add(ordinal));
  const lostUpdates = remaining - (total - grants.length);
  const overIssued = Math.max(0, grants.length - total);
  const withoutRow = granted.filter((claim) => !rowOf.has(claim.claimId));
  const otherOrdinal = granted.filter((claim) => rowOf.has(claim.claimId) && rowOf.get(claim.claimId)?.ordinal !== claim.ordinal);
  const refusedButRecorded = known.filter((claim) => claim.status !== 200 && rowOf.has(claim.claimId));
  const untold = told === null ? [] : grants.filter((grant) => !toldIds.has(grant.claimId));
  return {
    rows: { total, issued: grants.length, remaining, lostUpdates, overIssued, duplicateOrdinals: duplicates.length },
    unknown: { claims: unknown.length, granted: unknown.filter((claim) => rowOf.has(claim.claimId)).length },
    findings: [
      ...finding('lost-updates', `quantity is ${remaining} where ${total - grants.length} was due`, ids(duplicates), Math.abs(lostUpdates)),
      ...finding('over-issued', `${grants.length} coupons issued of ${total}`, ids(grants.filter((grant) => grant.ordinal > total)), overIssued),
      ...finding('duplicate-ordinals', 'coupon numbers given out more than once', ids(duplicates)),
      ...finding('granted-without-row', 'answered 200 but not in the database', ids(withoutRow)),
      ...finding('ordinal-differs', 'the row has another number than the answer', ids(otherOrdinal)),
      ...finding('refused-but-recorded', 'told no, but the row is there', ids(refusedButRecorded)),
      ...finding('untold-row', 'a row of a claim that no client made', ids(untold)),
    ],
  };
}

/** Damage that a strategy without guarantees is expected to do; everything else is a lie to a client, and never allowed. */
const damage: ReadonlySet<Finding['kind']> = new Set(['lost-updates', 'over-issued', 'duplicate-ordinals']);

/**
 * Holds a strategy to its guarantees, both ways: one that promises integrity for so many `instances` must show no damage, one that
 * does not must show lost updates, for a race in which nothing broke is no evidence. A run that issued nothing is no evidence either.
 */
export function verdictOn({ rows, findings }: Audit, guarantees: Guarantees, instances = 1): RunVerdict {
  const promises = guarantees.neverLosesUpdates && guarantees.neverOverIssues && (instances === 1 || guarantees.acrossProcesses);
  const lies = findings.filter((one) => !damage.has(one.kind));
  const asPromised = promises ? findings.every((one) => !damage.has(one.kind)) : rows.lostUpdates > 0;
  return {
    sound: findings.length === 0,
    expected: promises ? 'no lost update, no coupon too many, every answer in the rows' : 'breaks: lost updates, while every 200 still has its row',
    holds: rows.issued > 0 && asPromised && (lies.length === 0 || !guarantees.recordedOnReturn),
    findings: [...findings],
  };
}
