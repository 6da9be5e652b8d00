import { NoVerdict, RequestDeadline, type Counters, type Log } from '@coupon/application';
import type { ClaimId, CouponId } from '@coupon/domain';
import { errnoOf, lookup, raisedTo, runTransaction, type Mysql } from '@coupon/mysql';
import { derivedId, raiseLastOrdinal, recordedAmong, type Transaction } from './coupon-rows.js';
import { oldestGrants, type StreamedGrant } from './grant-stream.js';
import { GRANTED_CLAIMS, keysOf, WORKERS, type RedisClient } from './keys.js';
import { reportGap } from './recount.js';

/** The result of a batch. */
interface Outcome {
  /** Grants that have rows, new or older ones. */
  readonly recorded: readonly StreamedGrant[];
  /** Granted by a counter that Redis has lost since: other grants have their numbers now. */
  readonly lost: readonly StreamedGrant[];
  /** Rows that were recorded, and are gone. */
  readonly missing: number;
  /** Grants that the coupon's quantity does not count. */
  readonly uncounted: number;
  /** The counter and the rows differ: it must be seeded again. */
  readonly reseed: boolean;
}

const DUPLICATE = 1062;
const NO_REFERENCED_ROW = 1452;

/**
 * Records streamed grants as rows, each exactly once however often it is delivered, and
 * acknowledges them after COMMIT.
 *
 * The coupon's row stays locked, so that no counter is seeded meanwhile. A claim that has a row
 * already is a redelivery. An ordinal that is another claim's shows that Redis went back in time:
 * the row stays. A last ordinal below that of the oldest unrecorded grant shows that the database
 * went back: the grants are recorded all the same. In both cases the counter is seeded again, from
 * the rows.
 */
export class GrantWriter {
  constructor(
    private readonly mysql: Mysql,
    private readonly client: RedisClient,
    readonly log: Log,
    readonly counters: Counters,
  ) {}

  /**
   * Resolves when all of `grants`, in the order of their ordinals, are acknowledged. Rejects with
   * NoVerdict, or with the error of the database or of Redis.
   */
  async write(coupon: CouponId, grants: readonly StreamedGrant[]): Promise<void> {
    const outcome = await this.record(coupon, grants, new Map()).catch((error: unknown) => {
      const cause = error instanceof NoVerdict ? error.cause : error;
      if (errnoOf(cause) === NO_REFERENCED_ROW) return null;
      throw error;
    });
    if (outcome !== null) {
      this.report('grants lost by Redis', coupon, outcome.lost);
      if (outcome.missing > 0) await reportGap(this, this.client, coupon, outcome.missing);
      for (let n = 0; n < outcome.uncounted; n += 1) this.counters.count('grant_over_issued');
      if (outcome.uncounted > 0)
        this.log.error('more granted than there are', { coupon, grants: outcome.uncounted });
      return this.acknowledge(coupon, outcome);
    }
    if (grants.length === 1) {
      // Without its user there can be no row. Its client was told the ordinal: it stays unused.
      this.report('grant to a user that does not exist', coupon, grants);
      for (const { ordinal } of grants)
        await lookup(raiseLastOrdinal(this.mysql.db, coupon, ordinal));
      return this.acknowledge(coupon, { recorded: [], lost: grants, reseed: false });
    }
    const middle = Math.ceil(grants.length / 2);
    await this.write(coupon, grants.slice(0, middle));
    await this.write(coupon, grants.slice(middle));
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
      .select(['quantity', 'last_ordinal'])
      .where('id', '=', coupon)
      .forUpdate()
      .executeTakeFirstOrThrow();
    // Read under the lock, which seeding needs too: this counter stays the current one until
    // COMMIT, or is gone and not seeded again.
    const [[oldest], epoch] = await Promise.all([
      oldestGrants(this.client, coupon, 1),
      this.client.hget(keysOf(coupon).counter, 'epoch'),
    ]);
    const isCurrent = (grant: StreamedGrant) => epoch === null || grant.epoch === epoch;
    const known = await recordedAmong(transaction, coupon, grants);
    const unknown = grants.filter((grant) => !known.has(grant));
    const numbered = await this.numberedAmong(transaction, coupon, unknown, row.last_ordinal);
    const lost = unknown.filter((grant) => numbered.has(grant.ordinal) || !isCurrent(grant));
    const fresh = unknown.filter((grant) => !lost.includes(grant));
    // The total may have been lowered since: the grants are recorded all the same.
    const counted = Math.min(fresh.length, row.quantity);
    if (fresh.length > 0) {
      const rows = fresh.map(({ claim, user, ordinal, issuedAtMs }) => ({
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
          quantity: eb('quantity', '-', counted),
          version: eb('version', '+', 1),
          last_ordinal: raisedTo(Math.max(...fresh.map(({ ordinal }) => ordinal))),
        }))
        .where('id', '=', coupon)
        .execute();
    }
    // What was recorded before the oldest grant has raised the last ordinal, also where it was
    // given back since.
    const missing =
      epoch === null || oldest === undefined
        ? 0
        : Math.max(0, oldest.ordinal - 1 - row.last_ordinal);
    return {
      recorded: [...known, ...fresh],
      lost,
      missing,
      uncounted: fresh.length - counted,
      reseed: missing > 0 || lost.some(isCurrent),
    };
  }

  /**
   * The ordinals of `grants` that a row has. The rows are searched, without an index, only where
   * they may have one.
   */
  private async numberedAmong(
    transaction: Transaction,
    coupon: CouponId,
    grants: readonly StreamedGrant[],
    lastOrdinal: number,
  ): Promise<ReadonlySet<number>> {
    if (grants.every(({ ordinal }) => ordinal > lastOrdinal)) return new Set();
    const rows = await transaction
      .selectFrom('user_coupon')
      .select('ordinal')
      .where('coupon_id', '=', coupon)
      .where(
        'ordinal',
        'in',
        grants.map(({ ordinal }) => ordinal),
      )
      .execute();
    return new Set(rows.map(({ ordinal }) => ordinal));
  }

  private async acknowledge(
    coupon: CouponId,
    { recorded, lost, reseed }: Pick<Outcome, 'recorded' | 'lost' | 'reseed'>,
  ): Promise<void> {
    const { grants, counter } = keysOf(coupon);
    const entries = [...recorded, ...lost].map(({ id }) => id);
    if (entries.length === 0) return;
    await this.client.acknowledgeGrants(
      grants,
      counter,
      GRANTED_CLAIMS,
      WORKERS,
      reseed ? 1 : 0,
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
