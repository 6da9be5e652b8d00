import { Agent, request } from 'node:http';
import { errorBodySchema, issuedSchema } from '@coupon/http-contract';
import type { ClaimState } from './claim-state.js';

/** What a client was told: `status` is 0 where no answer came. */
export interface ClaimAnswer {
  readonly status: number;
  readonly reason: string | null;
  readonly ordinal: number | null;
}

const SOCKETS_MAX = 512;

const noAnswer = (reason: string): ClaimAnswer => ({ status: 0, reason, ordinal: null });

/** Sends claims to one API process, over connections that it keeps. */
export class ClaimClient implements Disposable {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });

  constructor(
    private readonly url: string,
    private readonly timeoutMs: number,
  ) {}

  /** Makes one attempt; never rejects. */
  send({ claimId, coupon, claimant }: ClaimState): Promise<ClaimAnswer> {
    return new Promise((resolve) => {
      const sent = request(
        `${this.url}/api/v1/coupons/${coupon.id}/issue`,
        {
          method: 'POST',
          agent: this.agent,
          headers: { authorization: `Bearer ${claimant.token}`, 'idempotency-key': claimId },
          signal: AbortSignal.timeout(this.timeoutMs),
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => resolve(answerOf(response.statusCode ?? 0, text)));
          response.on('error', () => resolve(noAnswer('the response broke off')));
        },
      );
      sent.on('error', (error: NodeJS.ErrnoException) =>
        resolve(noAnswer(error.code ?? error.message)),
      );
      sent.end();
    });
  }

  [Symbol.dispose](): void {
    this.agent.destroy();
  }
}

function answerOf(status: number, text: string): ClaimAnswer {
  try {
    const body: unknown = JSON.parse(text);
    return status === 200
      ? { status, reason: null, ordinal: issuedSchema.parse(body).ordinal }
      : { status, reason: errorBodySchema.parse(body).reason, ordinal: null };
  } catch {
    return noAnswer(`no body of the API with status ${status}`);
  }
}
