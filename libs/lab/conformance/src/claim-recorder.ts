import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimId, type ClaimId, type Terms, type UserId } from '@coupon/domain';
import { audit, breach, type Breach } from './audit.js';
import type { Harness } from './harness.js';
import { clock, type Client, type RecordedClaim } from './clients/answer.js';

/** How long a claim of the kit waits unless a trial says otherwise. */
export const PATIENCE_MS = 6_000;

/**
 * How long quiet rows are watched before they count as final: longer where grants are recorded
 * after they are told.
 */
const QUIET_MS = { recorded: 150, behind: 1_500 } as const;
const SETTLE_MAX_MS = 15_000;
const LOOK_EVERY_MS = 40;

/** A claim id that nobody has used. */
export const newClaim = (): ClaimId => claimId(randomUUID());

/** The people and the papers of one coupon: every claim made for it, and what it was told. */
export class ClaimRecorder {
  readonly history: RecordedClaim[] = [];

  constructor(
    readonly bench: Harness,
    readonly terms: Terms,
  ) {}

  /** One claim through `party`. Never rejects. */
  async claim(
    party: Client,
    options: { readonly user?: UserId; readonly id?: ClaimId; readonly waitMs?: number } = {},
  ): Promise<RecordedClaim> {
    const {
      user = this.userAt(this.history.length),
      id = newClaim(),
      waitMs = PATIENCE_MS,
    } = options;
    const sentAtMs = clock.nowMs();
    const answer = await party.issue(this.terms, user, id, waitMs);
    const told: RecordedClaim = {
      claim: { id, user },
      sentAtMs,
      answeredAtMs: clock.nowMs(),
      answer,
    };
    this.history.push(told);
    return told;
  }

  /** `count` claims at once, dealt over `parties` and `users` in turn. */
  burst(
    parties: readonly Client[],
    count: number,
    options: { readonly users?: readonly UserId[]; readonly waitMs?: number } = {},
  ): Promise<readonly RecordedClaim[]> {
    const { users = this.bench.users, waitMs = PATIENCE_MS } = options;
    return Promise.all(
      Array.from({ length: count }, (_, n) => {
        const [party, user] = [parties[n % parties.length], users[n % users.length]];
        if (party === undefined || user === undefined)
          throw new Error('a rush needs parties and users');
        return this.claim(party, { user, waitMs });
      }),
    );
  }

  /**
   * One claim after the other until one is told "sold out". A claim without a verdict is followed
   * by the next one, until `recoverMs` have passed without any verdict: then the strategy does not
   * recover.
   */
  async drainStock(party: Client, recoverMs = 8_000): Promise<readonly Breach[]> {
    let verdictAtMs = clock.nowMs();
    for (let bought = 0; bought <= this.terms.totalQuantity * 2;) {
      const { answer } = await this.claim(party, { waitMs: recoverMs });
      if (answer.kind === 'refused' && answer.refusal === 'SOLD_OUT') return [];
      if (answer.kind === 'granted') bought += 1;
      if (answer.kind === 'granted' || answer.kind === 'refused') verdictAtMs = clock.nowMs();
      else if (clock.nowMs() - verdictAtMs > recoverMs)
        return breach('recovers', true, `still no verdict after ${recoverMs} ms: ${told(answer)}`);
      else await sleep(25);
    }
    return [];
  }

  /**
   * Waits until the rows rest, and audits all that was told against them. `soldOut`: somebody was
   * told that nothing is left.
   */
  async settle(): Promise<readonly Breach[]> {
    const books = await quietBooks(this);
    const unanswered = this.history.filter(({ answer }) => answer.kind === 'unanswered');
    const soldOut = this.history.some(
      ({ answer }) => answer.kind === 'refused' && answer.refusal === 'SOLD_OUT',
    );
    return [
      ...audit(this.history, books),
      ...breach(
        'answered-in-time',
        unanswered.length > 0,
        `${unanswered.length} claims were never answered`,
      ),
      ...breach(
        'sells-out',
        soldOut && books.rows.length < books.totalQuantity,
        `told sold out, but only ${books.rows.length} of ${books.totalQuantity} were issued`,
      ),
    ];
  }

  private userAt(n: number): UserId {
    const user = this.bench.users[n % this.bench.users.length];
    if (user === undefined) throw new Error('the bench has users');
    return user;
  }
}

/** A crowd before a new coupon. */
export async function recorderFor(
  bench: Harness,
  totalQuantity: number,
  perUserLimit: number | null = null,
): Promise<ClaimRecorder> {
  return new ClaimRecorder(bench, await bench.coupon(totalQuantity, perUserLimit));
}

const told = (answer: RecordedClaim['answer']): string =>
  'message' in answer ? answer.message : answer.kind;

/**
 * The rows once they have not changed for a while; where grants are recorded behind, once those
 * that were told are there too.
 */
async function quietBooks({ bench, terms, history: told }: ClaimRecorder) {
  const behind = !bench.plugin.guarantees.recordedOnReturn;
  const granted = told.flatMap(({ claim, answer }) =>
    answer.kind === 'granted' ? [claim.id] : [],
  );
  const open = told.some(
    ({ answer }) =>
      answer.kind === 'no-verdict' || answer.kind === 'unanswered' || answer.kind === 'error',
  );
  const quietMs = behind ? QUIET_MS.behind : open ? QUIET_MS.recorded : 0;
  const beganMs = clock.nowMs();
  let books = await bench.books(terms);
  let changedAtMs = beganMs;
  for (;;) {
    const ids = new Set<string>(books.rows.map((row) => row.claimId));
    const complete =
      granted.every((id) => ids.has(id)) && books.quantity === terms.totalQuantity - ids.size;
    const nowMs = clock.nowMs();
    // What was told and is recorded behind may be complete at once; a claim without a verdict may
    // still become a row.
    if (complete && (!open || nowMs - changedAtMs >= quietMs)) return books;
    if (!complete && nowMs - changedAtMs >= (behind ? SETTLE_MAX_MS : QUIET_MS.recorded))
      return books;
    await sleep(LOOK_EVERY_MS);
    const next = await bench.books(terms);
    if (next.rows.length !== books.rows.length || next.quantity !== books.quantity)
      changedAtMs = clock.nowMs();
    books = next;
  }
}
