import type { ClaimRecord } from './history.js';

/** The reason under which a client's answer counts as a failure; null for a grant. */
export function failureOf({
  status,
  reason,
}: Pick<ClaimRecord, 'status' | 'reason'>): string | null {
  if (status === 200) return null;
  return reason ?? (status === 0 ? 'NO_ANSWER' : `HTTP_${status}`);
}

/** Counts answers by HTTP status ("0": no answer came) and failures by reason. */
export class AnswerTally {
  private counted = 0;
  private readonly byStatus: Record<string, number> = {};
  private readonly byReason: Record<string, number> = {};

  /** Counts one answer. */
  add(claim: Pick<ClaimRecord, 'status' | 'reason'>): void {
    this.counted += 1;
    this.byStatus[claim.status] = (this.byStatus[claim.status] ?? 0) + 1;
    const failure = failureOf(claim);
    if (failure !== null) this.byReason[failure] = (this.byReason[failure] ?? 0) + 1;
  }

  /** A copy of the counts so far. */
  counts(): {
    readonly requests: number;
    readonly status: Record<string, number>;
    readonly reasons: Record<string, number>;
  } {
    return {
      requests: this.counted,
      status: { ...this.byStatus },
      reasons: { ...this.byReason },
    };
  }
}
