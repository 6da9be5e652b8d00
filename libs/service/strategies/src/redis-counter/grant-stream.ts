import { claimId, userId, type ClaimId, type CouponId, type UserId } from '@coupon/domain';
import { keysOf, WORKERS, type RedisClient } from './keys.js';

/** A grant as the script wrote it. `id` is the id of its entry in the stream. */
export interface StreamedGrant {
  readonly id: string;
  /** The seeding that the counter's numbers come from. */
  readonly epoch: string;
  readonly claim: ClaimId;
  readonly user: UserId;
  readonly ordinal: number;
  readonly issuedAtMs: number;
}

/** Streams of unrecorded grants, one for each coupon. Methods reject with the client's errors. */
export class GrantStreams {
  constructor(
    private readonly client: RedisClient,
    private readonly consumer: string,
    private readonly batchMax: number,
  ) {}

  /** Creates the consumer group where it is missing. */
  async join(coupon: CouponId): Promise<void> {
    await this.client
      .xgroup('CREATE', keysOf(coupon).grants, WORKERS, '0', 'MKSTREAM')
      .catch((error: unknown) => {
        if (!(error instanceof Error) || !error.message.startsWith('BUSYGROUP')) throw error;
      });
  }

  /** Undelivered grants (XREADGROUP `>`); waits up to `blockMs` for one (null: not at all). */
  async undelivered(
    coupons: readonly CouponId[],
    blockMs: number | null,
  ): Promise<ReadonlyMap<CouponId, readonly StreamedGrant[]>> {
    const streams = [...coupons.map((coupon) => keysOf(coupon).grants), ...coupons.map(() => '>')];
    const reply =
      blockMs === null
        ? await this.client.xreadgroup(
            'GROUP',
            WORKERS,
            this.consumer,
            'COUNT',
            this.batchMax,
            'STREAMS',
            ...streams,
          )
        : await this.client.xreadgroup(
            'GROUP',
            WORKERS,
            this.consumer,
            'COUNT',
            this.batchMax,
            'BLOCK',
            blockMs,
            'STREAMS',
            ...streams,
          );
    return new Map(
      listIn(reply).map(([key, entries]) => [couponIn(coupons, key), grantsIn(entries)]),
    );
  }

  /** Grants delivered to this consumer and not acknowledged, the oldest first. */
  async pending(coupon: CouponId): Promise<readonly StreamedGrant[]> {
    const reply = await this.client.xreadgroup(
      'GROUP',
      WORKERS,
      this.consumer,
      'COUNT',
      this.batchMax,
      'STREAMS',
      keysOf(coupon).grants,
      '0',
    );
    return listIn(reply).flatMap(([, entries]) => grantsIn(entries));
  }

  /** Takes over grants that any consumer has held for `idleMs`; true when there were some. */
  async takeOver(coupon: CouponId, idleMs: number): Promise<boolean> {
    let cursor = '0-0';
    let found = false;
    do {
      const reply: unknown = await this.client.xautoclaim(
        keysOf(coupon).grants,
        WORKERS,
        this.consumer,
        idleMs,
        cursor,
        'COUNT',
        this.batchMax,
      );
      const parts: readonly unknown[] = Array.isArray(reply) ? reply : ['0-0', []];
      const [next, entries] = parts;
      found ||= grantsIn(entries).length > 0;
      cursor = String(next);
    } while (cursor !== '0-0');
    return found;
  }

  /** The number of grants that are not recorded yet. */
  async unrecorded(coupon: CouponId): Promise<number> {
    return this.client.xlen(keysOf(coupon).grants);
  }
}

/** The oldest of the coupon's grants that are not acknowledged, `max` at most, recorded or not. */
export async function oldestGrants(
  client: RedisClient,
  coupon: CouponId,
  max: number,
): Promise<readonly StreamedGrant[]> {
  return grantsIn(await client.xrange(keysOf(coupon).grants, '-', '+', 'COUNT', max));
}

/** Replies are nested lists; null when nothing arrived in time. */
const listIn = (reply: unknown): readonly (readonly [unknown, unknown])[] =>
  Array.isArray(reply)
    ? reply.map((item: unknown) =>
        Array.isArray(item) ? [item[0], item[1]] : [undefined, undefined],
      )
    : [];

/** The reply names a stream by its full key, including the connection's prefix. */
function couponIn(coupons: readonly CouponId[], key: unknown): CouponId {
  const found = /\{coupon:(\d+)\}:grants$/.exec(String(key))?.[1];
  const coupon = coupons.find((one) => String(one) === found);
  if (coupon === undefined) throw new Error(`a stream that was not asked for: ${String(key)}`);
  return coupon;
}

const grantsIn = (entries: unknown): readonly StreamedGrant[] =>
  listIn(entries).flatMap(([id, fields]) => {
    if (!Array.isArray(fields)) return []; // deleted meanwhile
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
