import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** A claim as its client knows it. */
export interface Sent {
  readonly claimId: string;
  readonly couponId: number;
  /** Its user's. */
  readonly token: string;
}

/** A claim that was answered 200. */
export interface Acknowledged extends Sent {
  readonly ordinal: number;
}

/** Clients that claim one coupon after the other, and write down what they were told. */
export class Crowd {
  readonly sent: Sent[] = [];
  readonly acknowledged: Acknowledged[] = [];
  /** Without an answer, or with one that says "try again" or "nobody knows". */
  readonly open: Sent[] = [];
  readonly soldOut = new Set<number>();
  /** Answers that no client should ever see. */
  readonly faults: string[] = [];
  private going = true;

  constructor(
    private readonly url: string,
    private readonly tokens: readonly string[],
    private readonly coupons: readonly number[],
    private readonly pauseMs: number,
  ) {}

  /** Until `stop`. */
  async run(): Promise<void> {
    await Promise.all(
      this.tokens.map(async (token) => {
        while (this.going) {
          const couponId = this.coupons[this.soldOut.size];
          if (couponId === undefined) throw new Error('more coupons are needed');
          const claim = { claimId: randomUUID(), couponId, token };
          this.sent.push(claim);
          if (!(await this.ask(claim))) this.open.push(claim);
          await sleep(this.pauseMs);
        }
      }),
    );
  }

  stop(): void {
    this.going = false;
  }

  /** Sends once more what is open, with the same keys. */
  async askAgain(): Promise<void> {
    for (const claim of this.open.splice(0)) if (!(await this.ask(claim))) this.open.push(claim);
  }

  private async ask(claim: Sent): Promise<boolean> {
    try {
      const response = await fetch(`${this.url}/api/v1/coupons/${claim.couponId}/issue`, {
        method: 'POST',
        headers: { authorization: `Bearer ${claim.token}`, 'idempotency-key': claim.claimId },
        signal: AbortSignal.timeout(8_000),
      });
      const text = await response.text();
      const told: unknown = JSON.parse(text);
      const field = (name: string): unknown =>
        typeof told === 'object' && told !== null ? Reflect.get(told, name) : undefined;
      if (response.status === 200)
        this.acknowledged.push({ ...claim, ordinal: Number(field('ordinal')) });
      else if (field('reason') === 'SOLD_OUT') this.soldOut.add(claim.couponId);
      else if (response.status === 503 || response.status === 504) return false;
      else this.faults.push(text);
      return true;
    } catch {
      return false; // the connection broke: the service was being killed
    }
  }
}
