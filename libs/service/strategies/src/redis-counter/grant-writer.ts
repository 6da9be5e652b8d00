import { createHash } from 'node:crypto';
import { RequestDeadline, type Counters, type Log } from '@coupon/application';
import { claimId, type ClaimId, type CouponId } from '@coupon/domain';
import { errnoOf, runTransaction, type Mysql } from '@coupon/mysql';
import type { NotedGrant } from './grant-stream.js';
import { GRANTED_CLAIMS, keysOf, Script, SETTLERS, type Client } from './keys.js';

const settledScript = new Script('./settled-3.lua');

type Transaction = Parameters<Parameters<typeof runTransaction>[1]>[0];

/**
 * What a batch came to. `recorded` are in the rows, now or before; `later` come after a gap that
 * another settler will close.
 */
interface Outcome {
  readonly recorded: readonly NotedGrant[];
  /** Granted by a counter that Redis has lost since: their numbers are somebody else's now. */
  readonly lost: readonly NotedGrant[];
  readonly later: readonly NotedGrant[];
  /** The counter itself runs behind the rows and must be made anew. */
  readonly rewound: boolean;
}

const DUPLICATE = 1062;
const NO_REFERENCED_ROW = 1452;

/**
 * Writes noted grants into the rows, each exactly once however often it is given, and acknowledges
 * them after COMMIT.
 *
 * The coupon's row is locked all the while, so no counter is seeded meanwhile and the numbers are
 * checked one by one: the next grant must carry the next number. A number that has a row already is
 * a redelivery, if the row is this claim's; else Redis went back in time, and the row stands.
 */
export class GrantWriter {
  constructor(
    private readonly mysql: Mysql,
    private readonly client: Client,
    private readonly log: Log,
    private readonly counters: Counters,
  ) {}

  /**
   * True when all of `grants`, in the order of their numbers, are done with. Rejects with
   * NoVerdict, or what else kept it from that.
   */
  async settle(coupon: CouponId, grants: readonly NotedGrant[]): Promise<boolean> {
    const outcome = await this.record(coupon, grants, new Map()).catch((error: unknown) => {
      if (errnoOf(error) === NO_REFERENCED_ROW) return null;
      throw error;
    });
    if (outcome !== null) {
      if (outcome.lost.length > 0) this.tell('grants lost by Redis', coupon, outcome.lost);
      await this.acknowledge(coupon, outcome, 0);
      return outcome.later.length === 0;
    }
    if (grants.length === 1) {
      // There is no such user, so there can be no row: the number stays unused, and those after it
      // are not held up.
      this.tell('grant to a user who does not exist', coupon, grants);
      await this.acknowledge(coupon, { recorded: [], lost: grants, rewound: false }, 1);
      return true;
    }
    const middle = Math.ceil(grants.length / 2);
    return (
      (await this.settle(coupon, grants.slice(0, middle))) &&
      (await this.settle(coupon, grants.slice(middle)))
    );
  }

  /**
   * `renamed`: ids that stand in the rows for another coupon's claim, and what they are recorded as
   * instead.
   */
  private async record(
    coupon: CouponId,
    grants: readonly NotedGrant[],
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
      this.tell('claim id of another coupon used again', coupon, reused);
      return this.record(
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
    grants: readonly NotedGrant[],
    renamed: ReadonlyMap<ClaimId, ClaimId>,
  ): Promise<Outcome> {
    const row = await transaction
      .selectFrom('coupons')
      .select(['quantity', 'total_quantity'])
      .where('id', '=', coupon)
      .forUpdate()
      .executeTakeFirstOrThrow();
    // Asked under the lock: whoever seeds holds it too, so this counter stays the one until COMMIT,
    // or is gone and not made anew.
    const [epoch, unrecorded] = await this.client.hmget(
      keysOf(coupon).counter,
      'epoch',
      'unrecorded',
    );
    const settledTo = row.total_quantity - row.quantity + Number(unrecorded ?? 0);
    const isCurrent = (grant: NotedGrant) => epoch === null || grant.epoch === epoch;
    const behind = grants.filter(({ ordinal }) => ordinal <= settledTo);
    const known = await this.knownOf(transaction, coupon, behind);
    const ahead = grants.filter((grant) => grant.ordinal > settledTo && isCurrent(grant));
    const next = ahead.filter(({ ordinal }, n) => ordinal === settledTo + 1 + n);
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
        ...grants.filter((grant) => grant.ordinal > settledTo && !isCurrent(grant)),
      ],
      later: ahead.slice(next.length),
      rewound: unknown.some(isCurrent),
    };
  }

  private async knownOf(
    transaction: Transaction,
    coupon: CouponId,
    grants: readonly NotedGrant[],
  ): Promise<ReadonlySet<NotedGrant>> {
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
    { recorded, lost, rewound }: Omit<Outcome, 'later'>,
    unrecorded: number,
  ): Promise<void> {
    const { grants, counter } = keysOf(coupon);
    const entries = [...recorded, ...lost].map(({ id }) => id);
    if (entries.length === 0) return;
    await settledScript.run(
      this.client,
      [grants, counter, GRANTED_CLAIMS],
      [
        SETTLERS,
        rewound ? 1 : 0,
        unrecorded,
        lost.length,
        ...lost.map(({ claim }) => claim),
        ...entries,
      ],
    );
  }

  private tell(what: string, coupon: CouponId, grants: readonly NotedGrant[]): void {
    for (const { claim, user, ordinal } of grants) {
      this.counters.count('grant_unsettled');
      this.log.error(what, { coupon, claim, user, ordinal });
    }
  }
}

/** The same for the same claim, so that a redelivery finds its row. */
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
