import { createHash } from 'node:crypto';
import { RequestDeadline, type Counters, type Log } from '@coupon/application';
import { claimId, type ClaimId, type CouponId } from '@coupon/domain';
import { errnoOf, runTransaction, type Mysql } from '@coupon/mysql';
import type { StreamedGrant } from './grant-stream.js';
import { GRANTED_CLAIMS, keysOf, WORKERS, type RedisClient } from './keys.js';

type Transaction = Parameters<Parameters<typeof runTransaction>[1]>[0];

/**
 * The result of a batch. `recorded` have rows, new or older ones; `deferred` follow a gap that
 * another worker will close.
 */
interface Outcome {
  readonly recorded: readonly StreamedGrant[];
  /** Granted by a counter that Redis has lost since: other grants have their numbers now. */
  readonly lost: readonly StreamedGrant[];
  readonly deferred: readonly StreamedGrant[];
  /** The counter is behind the rows and must be seeded again. */
  readonly rewound: boolean;
}

const DUPLICATE = 1062;
const NO_REFERENCED_ROW = 1452;

/**
 * Records streamed grants as rows, each exactly once however often it is delivered, and
 * acknowledges them after COMMIT.
 *
 * The coupon's row stays locked, so that no counter is seeded meanwhile, and the ordinals are
 * checked one by one: the next grant must carry the next ordinal. An ordinal that has a row already
 * is a redelivery where the row is this claim's; otherwise Redis went back in time, and the row
 * stays.
 */
export class GrantWriter {
  constructor(
    private readonly mysql: Mysql,
    private readonly client: RedisClient,
    private readonly log: Log,
    private readonly counters: Counters,
  ) {}

  /**
   * Resolves with true when all of `grants`, in the order of their ordinals, are acknowledged.
   * Rejects with NoVerdict, or with the error of the database or of Redis.
   */
  async write(coupon: CouponId, grants: readonly StreamedGrant[]): Promise<boolean> {
    const outcome = await this.record(coupon, grants, new Map()).catch((error: unknown) => {
      if (errnoOf(error) === NO_REFERENCED_ROW) return null;
      throw error;
    });
    if (outcome !== null) {
      if (outcome.lost.length > 0) this.report('grants lost by Redis', coupon, outcome.lost);
      await this.acknowledge(coupon, outcome, 0);
      return outcome.deferred.length === 0;
    }
    if (grants.length === 1) {
      // Without its user there can be no row: the ordinal stays unused, and does not block those
      // after it.
      this.report('grant to a user that does not exist', coupon, grants);
      await this.acknowledge(coupon, { recorded: [], lost: grants, rewound: false }, 1);
      return true;
    }
    const middle = Math.ceil(grants.length / 2);
    return (
      (await this.write(coupon, grants.slice(0, middle))) &&
      (await this.write(coupon, grants.slice(middle)))
    );
  }

  /**
   * `renamed`: claim ids that another coupon's rows already have, and the ids that are recorded
   * instead.
   */
  private async record(
    coupon: CouponId,
    grants: readonly StreamedGrant[],
    renamed: ReadonlyMap<ClaimId, ClaimId>,
  ): Promise<Outcome> {
    using deadline = new RequestDeadline(this.mysql.clock, this.mysql.settings.transactionMaxMs);
    try {
      return await runTransaction(
        this.mysql,
        (transaction) => this.recordIn(transaction, coupon, grants, renamed),
        deadline,
      );
    } catch (error) {
      const message = errnoOf(error) === DUPLICATE && error instanceof Error ? error.message : '';
      const reused = grants.filter(({ claim }) => message.includes(claim) && !renamed.has(claim));
      if (reused.length === 0) throw error;
      this.report('claim id of another coupon used again', coupon, reused);
      return await this.record(
        coupon,
        grants,
        new Map([
          ...renamed,
          ...reused.map(({ claim }) => [claim, derivedId(coupon, claim)] as const),
        ]),
      );
    }
  }

  private async recordIn(
    transaction: Transaction,
    coupon: CouponId,
    grants: readonly StreamedGrant[],
    renamed: ReadonlyMap<ClaimId, ClaimId>,
  ): Promise<Outcome> {
    const row = await transaction
      .selectFrom('coupons')
      .select(['quantity', 'total_quantity'])
      .where('id', '=', coupon)
      .forUpdate()
      .executeTakeFirstOrThrow();
    // Read under the lock, which seeding needs too: this counter stays the current one until
    // COMMIT, or is gone and not seeded again.
    const [epoch, unrecorded] = await this.client.hmget(
      keysOf(coupon).counter,
      'epoch',
      'unrecorded',
    );
    const recordedTo = row.total_quantity - row.quantity + Number(unrecorded ?? 0);
    const isCurrent = (grant: StreamedGrant) => epoch === null || grant.epoch === epoch;
    const behind = grants.filter(({ ordinal }) => ordinal <= recordedTo);
    const known = await this.recordedAmong(transaction, coupon, behind);
    const ahead = grants.filter((grant) => grant.ordinal > recordedTo && isCurrent(grant));
    const next = ahead.filter(({ ordinal }, n) => ordinal === recordedTo + 1 + n);
    if (next.length > 0) {
      const rows = next.map(({ claim, user, ordinal, issuedAtMs }) => ({
        coupon_id: coupon,
        user_id: user,
        ordinal,
        claim_id: renamed.get(claim) ?? claim,
        issued_at: new Date(issuedAtMs),
      }));
      await transaction.insertInto('user_coupon').values(rows).execute();
      await transaction
        .updateTable('coupons')
        .set((eb) => ({
          quantity: eb('quantity', '-', next.length),
          version: eb('version', '+', 1),
        }))
        .where('id', '=', coupon)
        .execute();
    }
    const unknown = behind.filter((grant) => !known.has(grant));
    return {
      recorded: [...known, ...next],
      lost: [
        ...unknown,
        ...grants.filter((grant) => grant.ordinal > recordedTo && !isCurrent(grant)),
      ],
      deferred: ahead.slice(next.length),
      rewound: unknown.some(isCurrent),
    };
  }

  private async recordedAmong(
    transaction: Transaction,
    coupon: CouponId,
    grants: readonly StreamedGrant[],
  ): Promise<ReadonlySet<StreamedGrant>> {
    if (grants.length === 0) return new Set();
    const ids = grants.flatMap(({ claim }) => [claim, derivedId(coupon, claim)]);
    const rows = await transaction
      .selectFrom('user_coupon')
      .select('claim_id')
      .where('coupon_id', '=', coupon)
      .where('claim_id', 'in', ids)
      .execute();
    const recorded = new Set(rows.map((row) => row.claim_id));
    return new Set(
      grants.filter(({ claim }) => recorded.has(claim) || recorded.has(derivedId(coupon, claim))),
    );
  }

  private async acknowledge(
    coupon: CouponId,
    { recorded, lost, rewound }: Omit<Outcome, 'deferred'>,
    unrecorded: number,
  ): Promise<void> {
    const { grants, counter } = keysOf(coupon);
    const entries = [...recorded, ...lost].map(({ id }) => id);
    if (entries.length === 0) return;
    await this.client.acknowledgeGrants(
      grants,
      counter,
      GRANTED_CLAIMS,
      WORKERS,
      rewound ? 1 : 0,
      unrecorded,
      lost.length,
      ...lost.map(({ claim }) => claim),
      ...entries,
    );
  }

  private report(what: string, coupon: CouponId, grants: readonly StreamedGrant[]): void {
    for (const { claim, user, ordinal } of grants) {
      this.counters.count('grant_unsettled');
      this.log.error(what, { coupon, claim, user, ordinal });
    }
  }
}

/** The same id for the same claim, so that a redelivery finds its row. */
const derivedId = (coupon: CouponId, claim: ClaimId): ClaimId => {
  const hex = createHash('sha256').update(`${coupon}:${claim}`).digest('hex');
  return claimId(
    [
      hex.slice(0, 8),
      hex.slice(8, 12),
      hex.slice(12, 16),
      hex.slice(16, 20),
      hex.slice(20, 32),
    ].join('-'),
  );
};
