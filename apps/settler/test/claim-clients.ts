import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorBodySchema, issuedSchema } from '@coupon/http-contract';

/** A claim as its client knows it. */
export interface SentClaim {
  readonly claimId: string;
  readonly couponId: number;
  /** The token of its user. */
  readonly token: string;
}

/** A claim that got a 200. */
export interface AcknowledgedClaim extends SentClaim {
  readonly ordinal: number;
}

/** Clients that claim one coupon after the other, and record the responses. */
export class ClaimClients {
  readonly sent: SentClaim[] = [];
  readonly acknowledged: AcknowledgedClaim[] = [];
  /** Claims without a response, or with one that asks for a retry or leaves the outcome open. */
  readonly open: SentClaim[] = [];
  readonly soldOut = new Set<number>();
  /** Responses that no client should ever see. */
  readonly faults: string[] = [];
  private running = true;

  constructor(
    private readonly url: string,
    private readonly tokens: readonly string[],
    private readonly coupons: readonly number[],
    private readonly pauseMs: number,
  ) {}

  /** Claims until `stop`, one client per token. */
  async run(): Promise<void> {
    await Promise.all(
      this.tokens.map(async (token) => {
        while (this.running) {
          const couponId = this.coupons[this.soldOut.size];
          if (couponId === undefined) throw new Error('more coupons are needed');
          const claim = { claimId: randomUUID(), couponId, token };
          this.sent.push(claim);
          await this.send(claim);
          await sleep(this.pauseMs);
        }
      }),
    );
  }

  stop(): void {
    this.running = false;
  }

  /** Sends every open claim once more, with its own key. */
  async retryOpen(): Promise<void> {
    for (const claim of this.open.splice(0)) await this.send(claim);
  }

  private async send(claim: SentClaim): Promise<void> {
    try {
      const response = await fetch(`${this.url}/api/v1/coupons/${claim.couponId}/issue`, {
        method: 'POST',
        headers: { authorization: `Bearer ${claim.token}`, 'idempotency-key': claim.claimId },
        signal: AbortSignal.timeout(8_000),
      });
      this.record(claim, response.status, await response.text());
    } catch {
      this.open.push(claim); // the connection broke: the service was being killed
    }
  }

  private record(claim: SentClaim, status: number, text: string): void {
    const body: unknown = JSON.parse(text);
    if (status === 200)
      this.acknowledged.push({ ...claim, ordinal: issuedSchema.parse(body).ordinal });
    else if (errorBodySchema.parse(body).reason === 'SOLD_OUT') this.soldOut.add(claim.couponId);
    else if (status === 503 || status === 504) this.open.push(claim);
    else this.faults.push(text);
  }
}
