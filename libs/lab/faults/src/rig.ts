import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { buildApi, buildSettler, startSettler } from '@coupon/api-process';
import { openTogether, type DisposalStack } from '@coupon/application';
import type { CouponId, UserId } from '@coupon/domain';
import type { StockChange } from '@coupon/checker';
import {
  disposableRedis,
  fakedClock,
  type DisposableServer,
  type FakedClock,
} from '@coupon/services';
import { SignJWT } from 'jose';
import { clock } from './clock.js';
import { Instance, openApi, type ApiInstance } from './instance.js';
import type { RigNeeds } from './fault.js';
import { pathsFor } from './paths.js';
import type { SmallDisk } from './small-disk.js';
import type { Servers } from './servers.js';
import type { Subject } from './subject.js';

/** How long one claim may wait in all. */
export const ISSUE_DEADLINE_MS = 4_000;
/** How long a stopping process answers what it has accepted. */
export const DRAIN_DEADLINE_MS = 8_000;
/** The drain, and what the process may take to close what it opened. */
export const DRAIN_KILL_MS = DRAIN_DEADLINE_MS + 6_000;
const limits = {
  ISSUE_DEADLINE_MS: String(ISSUE_DEADLINE_MS),
  DRAIN_DEADLINE_MS: String(DRAIN_DEADLINE_MS),
};
const API_COUNT = 2;
const TOKEN_LIFETIME = '1 day';
/** How many of `plenty` one user may hold. */
export const PER_USER_LIMIT = 30;
const PLENTY_TOTAL = 100_000;
const SCARCE_TOTAL = 100;
/** Longer than a process's clock is ever wrong by. */
const COUPON_OPEN_MS = 86_400_000;

/** A user that claims. */
export interface Claimant {
  readonly user: UserId;
  readonly token: string;
}

/** A coupon of the cell, as it was created. */
export interface CellCoupon {
  readonly id: CouponId;
  readonly total: number;
  readonly perUserLimit: number | null;
}

/**
 * Everything real that one cell works with: servers, two API processes of the built service, and a
 * worker where the fault wants it apart. Faults do to it what they do.
 */
export interface Rig {
  readonly subject: Subject;
  readonly servers: Servers;
  readonly database: DisposableServer;
  readonly redis: DisposableServer;
  readonly apis: readonly ApiInstance[];
  /** The write-behind worker, where it is a process of its own. */
  readonly worker: Instance | null;
  /** The disk that the fault asked for. */
  readonly disk: SmallDisk | null;
  /** The wall clock that the fault asked for. */
  readonly clock: Pick<FakedClock, 'set'> | null;
  readonly claimants: readonly Claimant[];
  /** Has a limit per user, and never sells out. */
  readonly plenty: CellCoupon;
  /** Has no limit, and sells out. */
  readonly scarce: CellCoupon;
  /** What an administrator did to a coupon's row; faults add to it. */
  readonly changes: StockChanges;
  /** Aborts when the lab is interrupted. */
  readonly signal: AbortSignal;
}

/** What a fault did to the rows itself, which the checker must know. */
export interface StockChanges {
  /** Stock that a fault added or took away, by its coupon. */
  readonly stockChanges: Map<CouponId, StockChange[]>;
  /** Claims whose rows a fault deleted, and when by the epoch: what was told before is void. */
  readonly deletedClaims: Map<string, number>;
}

/** What is built once for all cells. */
export interface Builds {
  readonly settlerFile: string;
}

/** Builds the service as production runs it. */
export async function build(): Promise<Builds> {
  await buildApi();
  return { settlerFile: await buildSettler('faults') };
}

/** What a rig is made of. */
export interface RigOptions {
  readonly servers: Servers;
  readonly disk: SmallDisk | null;
  readonly builds: Builds;
  readonly needs: RigNeeds;
  /** Where the processes' logs go. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Starts the processes of one cell. Rejects with ServiceError. Disposing kills them. */
export const openRig = (
  subject: Subject,
  { servers, disk, builds, needs, folder, signal }: RigOptions,
): Promise<Rig & AsyncDisposable> =>
  openTogether(async (stack) => {
    const { clock: settable, redis } = await redisFor(needs, { servers, disk }, stack);
    const openPaths = await pathsFor(needs, stack, {
      mysql: servers.databaseUrl,
      redis: redis.url,
    });
    const jwtSecret = randomBytes(48).toString('base64url');
    const secrets = { jwtSecret, adminPassword: randomBytes(18).toString('base64url') };
    const prefix = `cell:${randomUUID().slice(0, 8)}:`;
    const apart = needs.workerApart === true && subject.writesBehind;
    const env = {
      ...limits,
      ...(apart ? { REDIS_COUNTER_SETTLER: 'apart' } : {}),
      ...subject.env,
      ...needs.env,
    };
    const openOne = async (n: number): Promise<ApiInstance> => {
      const { urls, ...paths } = await openPaths();
      const settings = {
        strategy: subject.strategy,
        databaseUrl: urls.mysql,
        redisUrl: urls.redis,
        redisKeyPrefix: prefix,
        logFile: join(folder, `api-${n + 1}.log`),
        signal,
        secrets,
        env: n === 0 && needs.clockOf === 'api' ? { ...env, ...settable?.env } : env,
      };
      const api = await openApi(settings, paths);
      stack.use(api.process);
      return api;
    };
    const first = await openOne(0); // alone: it makes the administrator
    const others = await Promise.all(
      Array.from({ length: API_COUNT - 1 }, (_, n) => openOne(n + 1)),
    );
    const startWorker = (further: Readonly<Record<string, string>>) =>
      startSettler({
        file: builds.settlerFile,
        env: {
          ...env,
          DATABASE_URL: servers.databaseUrl,
          REDIS_URL: redis.url,
          REDIS_KEY_PREFIX: prefix,
          ...further,
        },
        logFile: join(folder, 'worker.log'),
        signal,
      });
    return {
      subject,
      servers,
      database: servers.database,
      redis,
      apis: [first, ...others],
      disk,
      clock: settable,
      worker: apart ? stack.use(await Instance.open(startWorker)) : null,
      claimants: await claimantsOf(servers.users, jwtSecret),
      ...(await freshCoupons(servers)),
      signal,
    };
  });

/** The Redis that the fault needs, and the clock that it can set. */
async function redisFor(
  { redis: persistence = 'always', clockOf, smallDiskOf }: RigNeeds,
  { servers, disk }: Pick<RigOptions, 'servers' | 'disk'>,
  stack: DisposalStack,
): Promise<{ readonly redis: DisposableServer; readonly clock: FakedClock | null }> {
  const faked = clockOf === undefined ? null : stack.use(await fakedClock());
  const own = {
    ...(faked !== null && clockOf === 'redis' ? { env: faked.env } : {}),
    ...(disk !== null && smallDiskOf === 'redis' ? { parentFolder: disk.folder } : {}),
  };
  const redis =
    Object.keys(own).length === 0
      ? await servers.redis(persistence)
      : stack.use(await disposableRedis(persistence, own));
  return { redis, clock: faked };
}

/** New coupons, which nobody has claimed or changed so far. */
export const freshCoupons = async (
  servers: Servers,
): Promise<Pick<Rig, 'plenty' | 'scarce' | 'changes'>> => ({
  plenty: await createCoupon(servers, PLENTY_TOTAL, PER_USER_LIMIT),
  scarce: await createCoupon(servers, SCARCE_TOTAL, null),
  changes: { stockChanges: new Map(), deletedClaims: new Map() },
});

async function createCoupon(
  { fixtures }: Servers,
  total: number,
  perUserLimit: number | null,
): Promise<CellCoupon> {
  const { couponId } = await fixtures.createCoupon(total, {
    perUserLimit,
    closesAtMs: clock.epochMs() + COUPON_OPEN_MS,
  });
  return { id: couponId, total, perUserLimit };
}

/** Tokens as the service signs them, so that users need not log in. */
function claimantsOf(users: readonly UserId[], secret: string): Promise<readonly Claimant[]> {
  const key = new TextEncoder().encode(secret);
  return Promise.all(
    users.map(async (user) => ({
      user,
      token: await new SignJWT({ role: 'user' })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(String(user))
        .setIssuedAt()
        .setExpirationTime(TOKEN_LIFETIME)
        .sign(key),
    })),
  );
}
