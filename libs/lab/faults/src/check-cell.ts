import { check, guaranteesFor, type RunHistory } from '@coupon/checker';
import type { FaultCell, Violation } from '@coupon/results';
import type { Fault } from './fault.js';
import type { Load } from './load.js';
import type { CellCoupon, Rig } from './rig.js';

/** One machine, one clock: only the precision of the columns, and a busy machine. */
const CLOCK_SKEW_MAX_MS = 1_000;

type Found = Pick<
  FaultCell,
  'acknowledgedLost' | 'overIssued' | 'lostUpdates' | 'duplicateOrdinals' | 'violations'
>;

/** Checks what clients were told against the rows of both coupons. */
export async function checkCell(rig: Rig, load: Load, fault: Fault): Promise<Found> {
  const { guarantees } = rig.subject;
  const reports = await Promise.all(
    [rig.plenty, rig.scarce].map(async (coupon) =>
      check(await historyOf(rig, load, coupon, fault), guaranteesFor(guarantees, rig.apis.length)),
    ),
  );
  const violations = merged(reports.flatMap((report) => report.violations));
  const countOf = (kind: Violation['kind']): number =>
    violations.find((violation) => violation.kind === kind)?.count ?? 0;
  return {
    acknowledgedLost: countOf('granted-without-row'),
    overIssued: countOf('over-issued'),
    lostUpdates: countOf('lost-updates'),
    duplicateOrdinals: countOf('duplicate-ordinals'),
    violations,
  };
}

async function historyOf(
  { servers, changes }: Rig,
  { attempts }: Load,
  { id, total, perUserLimit }: CellCoupon,
  fault: Fault,
): Promise<RunHistory> {
  const record = await servers.records.read(id);
  if (record === null) throw new Error(`coupon ${id} has no row`);
  return {
    // what a client was told of a grant before its row was lost is about another grant
    attempts: attempts.filter(
      ({ couponId, claimId, endMs }) =>
        couponId === id && endMs >= (changes.deletedClaims.get(claimId) ?? -Infinity),
    ),
    rows: record.grants.map(({ claimId, ordinal, user, issuedAtMs }) => ({
      claimId,
      ordinal,
      userId: user,
      issuedAtMs,
    })),
    before: { total, remaining: total, rows: [] },
    after: { total: record.totalQuantity, remaining: record.remaining },
    perUserLimit,
    stockChanges: changes.stockChanges.get(id) ?? [],
    quiet: true,
    clockSkewMaxMs: fault.needs?.clocksDiffer === true ? null : CLOCK_SKEW_MAX_MS,
  };
}

/** Violations of several coupons, one of each kind. */
function merged(violations: readonly Violation[]): Violation[] {
  const byKind = new Map<Violation['kind'], Violation>();
  for (const violation of violations) {
    const known = byKind.get(violation.kind);
    byKind.set(
      violation.kind,
      known === undefined
        ? violation
        : {
            ...known,
            count: known.count + violation.count,
            claims: [...known.claims, ...violation.claims].slice(0, 10),
          },
    );
  }
  return [...byKind.values()];
}
