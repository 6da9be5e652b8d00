import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CouponRecord, RecordedGrant } from '@coupon/application';
import type { StockChange } from '@coupon/checker';
import { claimId, type ClaimId, type Terms, type UserId } from '@coupon/domain';
import { breachIf, type Breach } from './breach.js';
import { checkClaims } from './check-claims.js';
import {
  describeAnswer,
  clock,
  isVerdict,
  type Answer,
  type Client,
  type RecordedClaim,
} from './clients/answer.js';
import type { ServiceInstance } from './clients/service-instance.js';
import type { Harness } from './harness.js';

/** How long a claim of the kit may wait, unless a scenario says otherwise. */
export const PATIENCE_MS = 6_000;
/** How long one attempt with an idempotency key may wait. */
const ATTEMPT_MS = 4_000;

/**
 * How long rows must rest until they count as final: longer where grants are recorded after they
 * are answered.
 */
const QUIET_MS = { recorded: 150, behind: 1_500 } as const;
const SETTLE_MAX_MS = 15_000;
const POLL_MS = 40;

/** A claim id that nobody has used. */
export const newClaim = (): ClaimId => claimId(randomUUID());

/** Makes claims for one coupon, and records each with its answer. */
export class ClaimRecorder {
  readonly claims: RecordedClaim[] = [];
  private readonly changes: StockChange[] = [];
  private readonly withdrawn: RecordedGrant[] = [];

  constructor(
    readonly harness: Harness,
    public terms: Terms,
  ) {}

  /**
   * Changes the coupon's total by SQL, and what remains by as much unless `remaining` says
   * otherwise; later claims know the new total.
   */
  async changeTotal(by: number, remaining = by): Promise<void> {
    const startMs = clock.nowMs();
    await this.harness.administrator.changeStock(this.terms.couponId, { total: by, remaining });
    this.terms = { ...this.terms, totalQuantity: this.terms.totalQuantity + by };
    this.changes.push({ by, startMs, endMs: clock.nowMs() });
  }

  /** Withdraws the grant of that number by SQL: its row is gone, and its part of the total. */
  async withdraw(ordinal: number): Promise<void> {
    const { grants } = await this.harness.read(this.terms);
    const grant = grants.find((one) => one.ordinal === ordinal);
    if (grant === undefined) throw new Error(`no grant has the number ${ordinal}`);
    await this.harness.administrator.withdraw(grant);
    this.terms = { ...this.terms, totalQuantity: this.terms.totalQuantity - 1 };
    this.withdrawn.push(grant);
  }

  /** Makes one claim. Never rejects. */
  async claim(
    client: Client,
    options: { readonly user?: UserId; readonly id?: ClaimId; readonly waitMs?: number } = {},
  ): Promise<RecordedClaim> {
    const {
      user = this.userAt(this.claims.length),
      id = newClaim(),
      waitMs = PATIENCE_MS,
    } = options;
    return this.record(user, id, () => client.issue(this.terms, user, id, waitMs));
  }

  /** Makes `count` claims at once, dealt over `clients` and `users` in turn. */
  burst(
    clients: readonly Client[],
    count: number,
    options: { readonly users?: readonly UserId[]; readonly waitMs?: number } = {},
  ): Promise<readonly RecordedClaim[]> {
    const { users = this.harness.users, waitMs = PATIENCE_MS } = options;
    return Promise.all(
      Array.from({ length: count }, (_, n) => {
        const client = clients[n % clients.length];
        const user = users[n % users.length];
        if (client === undefined || user === undefined)
          throw new Error('a burst needs clients and users');
        return this.claim(client, { user, waitMs });
      }),
    );
  }

  /** Makes one attempt through the use case, as a client with an idempotency key. */
  async attempt(instance: ServiceInstance, user: UserId, id: ClaimId): Promise<Answer> {
    const ask = () => instance.issueWithKey(this.terms, user, id, ATTEMPT_MS);
    return (await this.record(user, id, ask)).answer;
  }

  /** Makes attempts while there is no verdict, as a client would, for at most `forMs`. */
  async retry(
    instance: ServiceInstance,
    user: UserId,
    id: ClaimId,
    forMs = ATTEMPT_MS,
  ): Promise<Answer> {
    const untilMs = clock.monotonicMs() + forMs;
    for (;;) {
      const answer = await this.attempt(instance, user, id);
      if (answer.kind !== 'no-verdict' || clock.monotonicMs() > untilMs) return answer;
      await sleep(30);
    }
  }

  /**
   * Makes one claim after the other until one is told "sold out". Breaks `recovers` when no claim
   * has a verdict for `recoverMs`.
   */
  async drainStock(client: Client, recoverMs = 8_000): Promise<readonly Breach[]> {
    let verdictAtMs = clock.monotonicMs();
    for (let granted = 0; granted <= this.terms.totalQuantity * 2;) {
      const { answer } = await this.claim(client, { waitMs: recoverMs });
      if (isSoldOut(answer)) return [];
      if (answer.kind === 'granted') granted += 1;
      if (isVerdict(answer)) verdictAtMs = clock.monotonicMs();
      else if (clock.monotonicMs() - verdictAtMs > recoverMs)
        return breachIf(
          true,
          'recovers',
          `no verdict for ${recoverMs} ms: ${describeAnswer(answer)}`,
        );
      else await sleep(25);
    }
    return [];
  }

  /** The claim's process is dead: that it does not answer is no breach, and its outcome is open. */
  expectSilence(id: ClaimId): void {
    for (const [n, one] of this.claims.entries()) {
      if (one.claim.id !== id || one.answer.kind !== 'unanswered') continue;
      const message = 'its process was killed';
      this.claims[n] = {
        ...one,
        answer: { kind: 'no-verdict', noVerdict: 'indeterminate', message },
      };
    }
  }

  /** Waits until the rows rest, and checks all answers against them. */
  async settle(): Promise<readonly Breach[]> {
    const record = await this.restingRecord();
    const unanswered = this.claims.filter(({ answer }) => answer.kind === 'unanswered');
    return [
      ...checkClaims(this.claims, record, this.changes),
      ...this.claims.flatMap(({ answer }) =>
        answer.kind === 'error' ? breachIf(true, 'only-known-errors', answer.message) : [],
      ),
      ...breachIf(
        unanswered.length > 0,
        'answered-in-time',
        `${unanswered.length} claims were never answered`,
      ),
    ];
  }

  private async record(
    user: UserId,
    id: ClaimId,
    ask: () => Promise<Answer>,
  ): Promise<RecordedClaim> {
    const sentAtMs = clock.nowMs();
    const answer = await ask();
    const recorded = { claim: { id, user }, sentAtMs, answeredAtMs: clock.nowMs(), answer };
    this.claims.push(recorded);
    return recorded;
  }

  private userAt(n: number): UserId {
    const user = this.harness.users[n % this.harness.users.length];
    if (user === undefined) throw new Error('the harness has users');
    return user;
  }

  /**
   * The rows once they have not changed for a while; where grants are recorded after they are
   * answered, once those that were answered are there too.
   */
  private async restingRecord(): Promise<CouponRecord> {
    const isBehind = !this.harness.plugin.guarantees.recordedOnReturn;
    const isOpen = this.claims.some(
      ({ answer }) => !isVerdict(answer) && answer.kind !== 'already-recorded',
    );
    const quietMs = isBehind ? QUIET_MS.behind : isOpen ? QUIET_MS.recorded : 0;
    let record = await this.readRecord();
    let changedAtMs = clock.monotonicMs();
    for (;;) {
      const isComplete = this.isComplete(record);
      const restsForMs = clock.monotonicMs() - changedAtMs;
      // Answered claims may be complete at once; one without a verdict may still become a row.
      if (isComplete && (!isOpen || restsForMs >= quietMs)) return record;
      if (!isComplete && restsForMs >= (isBehind ? SETTLE_MAX_MS : QUIET_MS.recorded))
        return record;
      await sleep(POLL_MS);
      const next = await this.readRecord();
      if (next.grants.length !== record.grants.length || next.remaining !== record.remaining)
        changedAtMs = clock.monotonicMs();
      record = next;
    }
  }

  /** The coupon's rows, as if nothing had been withdrawn: each was a grant and a part of the total. */
  private async readRecord(): Promise<CouponRecord> {
    const record = await this.harness.read(this.terms);
    return {
      ...record,
      totalQuantity: record.totalQuantity + this.withdrawn.length,
      grants: [...record.grants, ...this.withdrawn],
    };
  }

  /** Whether every grant has its row, and the remaining quantity agrees with the rows. */
  private isComplete({ grants, remaining, totalQuantity }: CouponRecord): boolean {
    const recorded = new Set<string>(grants.map((grant) => grant.claimId));
    return (
      remaining === totalQuantity - recorded.size &&
      this.claims.every(({ claim, answer }) => answer.kind !== 'granted' || recorded.has(claim.id))
    );
  }
}

/** Whether the answer is "sold out". */
export const isSoldOut = (answer: Answer): boolean =>
  answer.kind === 'refused' && answer.refusal === 'SOLD_OUT';

/** A recorder for a new coupon. */
export async function recorderFor(
  harness: Harness,
  totalQuantity: number,
  perUserLimit: number | null = null,
): Promise<ClaimRecorder> {
  return new ClaimRecorder(harness, await harness.createCoupon(totalQuantity, perUserLimit));
}
