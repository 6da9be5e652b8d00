import { claimId, userId, type ClaimId, type CouponId, type UserId } from '@coupon/domain';
import { keysOf, SETTLERS, type Client } from './keys.js';

/** A grant as the script noted it. `id` is the entry's place in the stream. */
export interface NotedGrant {
  readonly id: string;
  /** The seeding that the counter had its numbers from. */
  readonly epoch: string;
  readonly claim: ClaimId;
  readonly user: UserId;
  readonly ordinal: number;
  readonly issuedAtMs: number;
}

/** Grants that wait for the settler, by coupon. All methods reject with the client's own errors. */
export class GrantStreams {
  constructor(
    private readonly client: Client,
    private readonly consumer: string,
    private readonly batchMax: number,
  ) {}

  /** Makes the consumer group where it is missing. */
  async join(coupon: CouponId): Promise<void> {
    await this.client
      .xgroup('CREATE', keysOf(coupon).grants, SETTLERS, '0', 'MKSTREAM')
      .catch((error: unknown) => {
        if (!(error instanceof Error) || !error.message.startsWith('BUSYGROUP')) throw error;
      });
  }

  /** Grants that nobody was given yet; waits up to `blockMs` for one (null: not at all). */
  async fresh(
    coupons: readonly CouponId[],
    blockMs: number | null,
  ): Promise<ReadonlyMap<CouponId, readonly NotedGrant[]>> {
    const streams = [...coupons.map((coupon) => keysOf(coupon).grants), ...coupons.map(() => '>')];
    const reply =
      blockMs === null
        ? await this.client.xreadgroup(
            'GROUP',
            SETTLERS,
            this.consumer,
            'COUNT',
            this.batchMax,
            'STREAMS',
            ...streams,
          )
        : await this.client.xreadgroup(
            'GROUP',
            SETTLERS,
            this.consumer,
            'COUNT',
            this.batchMax,
            'BLOCK',
            blockMs,
            'STREAMS',
            ...streams,
          );
    return new Map(
      listIn(reply).map(([key, entries]) => [couponIn(coupons, key), notedIn(entries)]),
    );
  }

  /** Grants that this consumer was given and has not acknowledged, the oldest first. */
  async own(coupon: CouponId): Promise<readonly NotedGrant[]> {
    const reply = await this.client.xreadgroup(
      'GROUP',
      SETTLERS,
      this.consumer,
      'COUNT',
      this.batchMax,
      'STREAMS',
      keysOf(coupon).grants,
      '0',
    );
    return listIn(reply).flatMap(([, entries]) => notedIn(entries));
  }

  /** Takes over what any consumer has had for `idleMs`; true when there was something. */
  async takeOver(coupon: CouponId, idleMs: number): Promise<boolean> {
    let [cursor, found] = ['0-0', false];
    do {
      const reply: unknown = await this.client.xautoclaim(
        keysOf(coupon).grants,
        SETTLERS,
        this.consumer,
        idleMs,
        cursor,
        'COUNT',
        this.batchMax,
      );
      const [next, entries] = Array.isArray(reply) ? reply : ['0-0', []];
      found ||= notedIn(entries).length > 0;
      cursor = String(next);
    } while (cursor !== '0-0');
    return found;
  }

  /** How many grants are not settled yet. */
  async waiting(coupon: CouponId): Promise<number> {
    return this.client.xlen(keysOf(coupon).grants);
  }
}

/** Replies come as lists in lists; null when nothing came in time. */
const listIn = (reply: unknown): readonly (readonly [unknown, unknown])[] =>
  Array.isArray(reply)
    ? reply.map((item: unknown) =>
        Array.isArray(item) ? [item[0], item[1]] : [undefined, undefined],
      )
    : [];

/** A stream is told by its full name, the connection's prefix included. */
function couponIn(coupons: readonly CouponId[], key: unknown): CouponId {
  const found = /\{coupon:(\d+)\}:grants$/.exec(String(key))?.[1];
  const coupon = coupons.find((one) => String(one) === found);
  if (coupon === undefined) throw new Error(`a stream that was not asked for: ${String(key)}`);
  return coupon;
}

const notedIn = (entries: unknown): readonly NotedGrant[] =>
  listIn(entries).flatMap(([id, fields]) => {
    if (!Array.isArray(fields)) return []; // deleted since
    const field = (name: string): string => String(fields[fields.indexOf(name) + 1]);
    return [
      {
        id: String(id),
        epoch: field('epoch'),
        claim: claimId(field('claim')),
        user: userId(Number(field('user'))),
        ordinal: Number(field('ordinal')),
        issuedAtMs: Number(field('at')),
      },
    ];
  });
