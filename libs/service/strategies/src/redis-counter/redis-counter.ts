import { setTimeout as sleep } from 'node:timers/promises';
import {
  allGuarantees,
  DuplicateClaim,
  NoVerdict,
  withinMs,
  type Deadline,
} from '@coupon/application';
import type { Claim, Verdict } from '@coupon/domain';
import { asNoVerdict, type Mysql } from '@coupon/mysql';
import { redisUnavailable } from '@coupon/redis';
import { crossCheck } from '@coupon/concurrency';
import { definePlugin, type Resources } from '../plugin.js';
import { durabilityWarnings } from './durability.js';
import {
  COUPONS_WITH_GAP,
  GRANTED_CLAIMS,
  keysOf,
  UNSOUND_COUPONS,
  type RedisClient,
} from './keys.js';
import { SharedRecounts } from './recount.js';
import { withCounterCommands } from './scripts.js';
import { Seeder } from './seeder.js';
import { openWriteBehindWorker } from './write-behind-worker.js';
import { counterSettings, type CounterSettings } from './settings.js';

/**
 * Redis decides: one script checks stock, limit and claim id, and appends each grant to a stream,
 * from which a write-behind worker records it in the database. A claim is therefore answered before
 * its row exists, and the answer is as durable as Redis's append-only file.
 */
export const redisCounter = definePlugin({
  name: 'redis-counter',
  summary: {
    en: 'one Lua script that decides; a write-behind worker records the grants',
    ko: 'Lua 스크립트 하나가 판정하고, 행은 write-behind 워커가 나중에 기록',
  },
  guarantees: { ...allGuarantees, recordedOnReturn: false },
  settings: counterSettings,
  open: openCounter,
});

async function openCounter(resources: Resources, settings: CounterSettings) {
  const { mysql, clock, log } = resources;
  const client = withCounterCommands((await resources.redis()).client);
  const warnings = await durabilityWarnings(client);
  for (const warning of warnings) log.warn('redis-counter', { warning });
  const seeder = new Seeder(mysql, client);
  const worker =
    settings.settler === 'embedded' ? await openWriteBehindWorker(resources, settings) : undefined;

  const recounts = new SharedRecounts(resources, client);

  const issue = async (claim: Claim, deadline: Deadline): Promise<Verdict> => {
    for (let isCounted = false; ;) {
      const nowMs = clock.nowMs();
      if (deadline.atMs <= clock.monotonicMs())
        throw new NoVerdict(
          'contended',
          `coupon ${claim.terms.couponId}: deadline passed before the request to Redis`,
        );
      const [kind, ...reply] = await take(client, claim, nowMs);
      if (kind === 3) await seeder.seed(claim.terms.couponId, deadline);
      else if (kind === 2) return replayOutcome(resources, claim, reply, deadline);
      else {
        const [taken = NaN, held = NaN, lastOrdinal = NaN, totalQuantity = NaN] = reply;
        if (kind === 0 && totalQuantity < claim.terms.totalQuantity && !isCounted) {
          // raised since the counter was counted, or lowered since the terms were read
          await recounts.recount(claim.terms.couponId, deadline);
          isCounted = true;
          continue;
        }
        return crossCheck(
          claim,
          {
            taken,
            totalQuantity,
            lastOrdinal,
            held: new Map([[claim.user, held]]),
            readAtMs: nowMs,
          },
          kind === 1,
        );
      }
    }
  };
  return {
    issue,
    warnings,
    alarms: () => alarmsOf(client),
    async [Symbol.asyncDispose]() {
      await Promise.all([recounts.ended(), worker?.[Symbol.asyncDispose]()]);
    },
  };
}

async function alarmsOf(client: RedisClient): Promise<readonly string[]> {
  const [withGap, unsound] = await Promise.all([
    client.smembers(COUPONS_WITH_GAP),
    client.smembers(UNSOUND_COUPONS),
  ]);
  return [
    ...withGap.map((coupon) => `coupon ${coupon}: rows of recorded grants are missing`),
    ...unsound.map((coupon) => `coupon ${coupon} does not add up: repair its row`),
  ];
}

/** Error replies after which the command was certainly not run. */
const notRun = /^(LOADING|OOM|MISCONF|READONLY|MASTERDOWN|NOREPLICAS|BUSY|NOAUTH|NOPERM) /;

/**
 * Runs the script. It may have run although its reply was lost: then the outcome is indeterminate
 * until the claim is replayed.
 */
async function take(
  client: RedisClient,
  { id, terms, user }: Claim,
  nowMs: number,
): Promise<number[]> {
  if (client.status !== 'ready')
    throw redisUnavailable(new Error(`connection is ${client.status}`));
  const { counter, held, grants } = keysOf(terms.couponId);
  try {
    return await client.takeCoupon(
      counter,
      held,
      GRANTED_CLAIMS,
      grants,
      id,
      user,
      terms.totalQuantity,
      terms.perUserLimit ?? '',
      nowMs,
      terms.couponId,
    );
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name !== 'ReplyError')
      throw new NoVerdict('indeterminate', `redis: ${error.message}`, { cause: error });
    throw notRun.test(error.message) ? redisUnavailable(error) : error;
  }
}

/**
 * False also where the database is unavailable, or silent for `waitMs`: the answer does not depend
 * on it.
 */
async function isRecorded(mysql: Mysql, { id }: Claim, waitMs: number): Promise<boolean> {
  const row = mysql.db
    .selectFrom('user_coupon')
    .select('id')
    .where('claim_id', '=', id)
    .executeTakeFirst();
  try {
    const late = () => new NoVerdict('unavailable', 'the database is silent');
    return (await withinMs(row, waitMs, late)) !== undefined;
  } catch (error) {
    if (asNoVerdict(error) instanceof NoVerdict) return false;
    throw error;
  }
}

/** How long a replay waits for its row, and how often it polls. */
const RECORDED_WITHIN_MS = 2_000;
const POLL_MS = 20;

/**
 * A claim that was granted before: rejects with DuplicateClaim once its row is there. Until the
 * worker has recorded it, the same verdict is derived from what the script remembers. A claim id of
 * another user or coupon can only be refused by its row, so it is unavailable until then.
 */
async function replayOutcome(
  { mysql, clock }: Resources,
  claim: Claim,
  [coupon = 0, user = 0, ordinal = 0, issuedAtMs = 0]: readonly number[],
  deadline: Deadline,
): Promise<Verdict> {
  const untilMs = Math.min(deadline.atMs, clock.monotonicMs() + RECORDED_WITHIN_MS);
  for (;;) {
    if (await isRecorded(mysql, claim, Math.max(POLL_MS, untilMs - clock.monotonicMs())))
      throw new DuplicateClaim([claim.id]);
    if (clock.monotonicMs() + POLL_MS > untilMs) break;
    await sleep(POLL_MS);
  }
  if (user !== claim.user || coupon !== claim.terms.couponId)
    throw new NoVerdict(
      'unavailable',
      `claim ${claim.id} belongs to another claim, which is not recorded yet`,
    );
  // the total may have been lowered since
  const terms = { ...claim.terms, totalQuantity: Math.max(claim.terms.totalQuantity, ordinal) };
  return crossCheck(
    { ...claim, terms },
    { taken: ordinal - 1, held: new Map(), readAtMs: issuedAtMs },
    true,
  );
}
