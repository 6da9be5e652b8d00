import { randomUUID } from 'node:crypto';
import { isUnknown } from '@coupon/checker';
import type { ClaimAnswer } from './claim-client.js';
import type { CellCoupon, Claimant } from './rig.js';

/** One claim of the load, over all its attempts. */
export class ClaimState {
  readonly claimId = randomUUID();
  attempts = 0;
  /** Some attempt left open whether the claim was granted. */
  wasUnknown = false;
  /** The answer that settled it; null: its outcome is unknown so far. */
  outcome: ClaimAnswer | null = null;

  constructor(
    readonly coupon: CellCoupon,
    readonly claimant: Claimant,
  ) {}

  /** Takes the answer to one attempt. */
  take(answer: ClaimAnswer): void {
    this.attempts += 1;
    if (isUnknown({ ...answer, claimId: this.claimId, startMs: null, endMs: null })) {
      this.wasUnknown = true;
      return;
    }
    // "Nothing was issued" speaks of this attempt: it does not settle an earlier one without
    // answer.
    if (this.wasUnknown && !isConclusive(answer)) return;
    this.outcome ??= answer;
  }

  get isGranted(): boolean {
    return this.outcome?.status === 200;
  }
}

/** Whether the answer holds for the claim, and not for one attempt alone. */
const isConclusive = ({ status, reason }: ClaimAnswer): boolean =>
  status === 200 || reason === 'SOLD_OUT' || reason === 'LIMIT_REACHED' || reason === 'NOT_OPEN';
