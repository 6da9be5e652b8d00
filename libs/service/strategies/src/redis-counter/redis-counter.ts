import { setTimeout as sleep } from 'node:timers/promises';
import { allGuarantees, DuplicateClaim, NoVerdict, type Deadline } from '@coupon/application';
import type { Claim, Verdict } from '@coupon/domain';
import { asNoVerdict, type Mysql } from '@coupon/mysql';
import { redisUnavailable } from '@coupon/redis';
import { crossCheck } from '@coupon/concurrency';
import { definePlugin, type Resources } from '../plugin.js';
import { durabilityWarnings } from './durability.js';
import { GRANTED_CLAIMS, keysOf, numbersIn, Script, type Client } from './keys.js';
import { Seeder } from './seeder.js';
import { openWriteBehindWorker } from './write-behind-worker.js';
import { counterSettings, type CounterSettings } from './settings.js';

const takeScript = new Script('./take-4.lua');

/**
 * Redis decides: one script knows stock, limit and claim ids, and notes each grant in a stream,
 * from which a settler writes it to the database afterwards. An answer therefore comes before its
 * row; what it is worth is what Redis's own log is worth.
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
  const { client } = await resources.redis();
  const warnings = await durabilityWarnings(client);
  for (const warning of warnings) log.warn('redis-counter', { warning });
  const seeder = new Seeder(mysql, client);
  const settler =
    settings.settler === 'embedded' ? await openWriteBehindWorker(resources, settings) : undefined;

  const issue = async (claim: Claim, deadline: Deadline): Promise<Verdict> => {
    for (;;) {
      const nowMs = clock.nowMs();
      if (deadline.atMs <= nowMs)
        throw new NoVerdict(
          'contended',
          `coupon ${claim.terms.couponId}: deadline passed before Redis was asked`,
        );
      const [kind, ...books] = numbersIn(await take(client, claim, nowMs));
      if (kind === 3) await seeder.seed(claim.terms.couponId, deadline);
      else if (kind === 2) return replayOutcome(resources, claim, books, deadline);
      else
        return crossCheck(
          claim,
          {
            taken: books[0] ?? NaN,
            held: new Map([[claim.user, books[1] ?? NaN]]),
            readAtMs: nowMs,
          },
          kind === 1,
        );
    }
  };
  return { issue, warnings, [Symbol.asyncDispose]: async () => settler?.[Symbol.asyncDispose]() };
}

/** Replies by which Redis says that it did not run the command. */
const notRun = /^(LOADING|OOM|MISCONF|READONLY|MASTERDOWN|NOREPLICAS|BUSY|NOAUTH|NOPERM) /;

/**
 * The script may have run though its answer was lost: then nobody knows, and the claim's id will
 * tell.
 */
async function take(client: Client, { id, terms, user }: Claim, nowMs: number): Promise<unknown> {
  if (client.status !== 'ready')
    throw redisUnavailable(new Error(`connection is ${client.status}`));
  const { counter, held, grants } = keysOf(terms.couponId);
  try {
    return await takeScript.run(
      client,
      [counter, held, GRANTED_CLAIMS, grants],
      [id, user, terms.totalQuantity, terms.perUserLimit ?? '', nowMs, terms.couponId],
    );
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name !== 'ReplyError')
      throw new NoVerdict('indeterminate', `redis: ${error.message}`, { cause: error });
    throw notRun.test(error.message) ? redisUnavailable(error) : error;
  }
}

/** False also where the database cannot be asked: nothing here depends on it. */
async function isRecorded(mysql: Mysql, { id }: Claim): Promise<boolean> {
  try {
    return (
      (await mysql.db
        .selectFrom('user_coupon')
        .select('id')
        .where('claim_id', '=', id)
        .executeTakeFirst()) !== undefined
    );
  } catch (error) {
    if (asNoVerdict(error) instanceof NoVerdict) return false;
    throw error;
  }
}

/** How long a replay waits for the settler, and how often it looks. */
const RECORDED_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 20;

/**
 * A claim that was granted before: its row tells the first outcome, once it is there. If the
 * settler is not that quick, the same verdict is made again from what the script remembers. A key
 * of another user or coupon is refused by its row, so that has to wait.
 */
async function replayOutcome(
  { mysql, clock }: Resources,
  claim: Claim,
  [coupon = 0, user = 0, ordinal = 0, issuedAtMs = 0]: readonly number[],
  deadline: Deadline,
): Promise<Verdict> {
  const untilMs = Math.min(deadline.atMs, clock.nowMs() + RECORDED_WITHIN_MS);
  for (;;) {
    if (await isRecorded(mysql, claim)) throw new DuplicateClaim([claim.id]);
    if (clock.nowMs() + LOOK_EVERY_MS > untilMs) break;
    await sleep(LOOK_EVERY_MS);
  }
  if (user !== claim.user || coupon !== claim.terms.couponId)
    throw new NoVerdict('unavailable', `claim ${claim.id} is another one's, and not settled yet`);
  return crossCheck(claim, { taken: ordinal - 1, held: new Map(), readAtMs: issuedAtMs }, true);
}
