/**
 * A process of the benchmark: grants without HTTP. Forked with DATABASE_URL and LOCK_STRATEGY; it
 * issues claims of one coupon through the strategy from 400 clients at a time, then writes the same
 * kind of rows over one connection by multi-row INSERTs of 400, in turns, and sends the parent
 * `{issued: rate[], inserted: rate[]}` in grants and rows a second.
 */
import { randomUUID } from 'node:crypto';
import { RequestDeadline, systemClock as clock, type IssuanceStrategy } from '@coupon/application';
import { claimId, couponId, userId, type Terms } from '@coupon/domain';
import { MysqlCatalog, MysqlUsers, type Mysql } from '@coupon/mysql';
import { openRuntime, runtimeSettings, silentLog } from '@coupon/runtime';
import { createConnection, type Connection } from 'mysql2/promise';

const CLIENTS = 400;
const ROUNDS = 6;
/** Length of one turn. */
const TURN_MS = 2_000;

async function newTerms(mysql: Mysql): Promise<Terms> {
  const made = await new MysqlCatalog(mysql).create({
    name: 'direct',
    totalQuantity: 10_000_000,
    perUserLimit: null,
    opensAtMs: 0,
    closesAtMs: clock.nowMs() + 86_400_000,
  });
  return made.coupon.terms;
}

/** Grants a second through the strategy. */
async function issueRate(strategy: IssuanceStrategy, terms: Terms, user: number): Promise<number> {
  const beganMs = clock.monotonicMs();
  const endMs = beganMs + TURN_MS;
  let issued = 0;
  const client = async (): Promise<void> => {
    while (clock.monotonicMs() < endMs) {
      using deadline = new RequestDeadline(clock, 20_000);
      const verdict = await strategy.issue(
        { id: claimId(randomUUID()), terms, user: userId(user) },
        deadline,
      );
      if (verdict.kind !== 'granted') throw new Error(`not granted: ${verdict.refusal}`);
      issued += 1;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return (issued * 1_000) / (clock.monotonicMs() - beganMs);
}

/** Rows a second over one connection, each batch in a transaction of its own. */
async function insertRate(connection: Connection, terms: Terms, user: number): Promise<number> {
  const coupon = couponId(terms.couponId);
  const beganMs = clock.monotonicMs();
  const endMs = beganMs + TURN_MS;
  let inserted = 0;
  while (clock.monotonicMs() < endMs) {
    const now = new Date();
    const rows = Array.from({ length: CLIENTS }, (_, n) => [
      coupon,
      user,
      inserted + n + 1,
      randomUUID(),
      now,
    ]);
    await connection.query(
      'INSERT INTO user_coupon (coupon_id, user_id, ordinal, claim_id, issued_at) VALUES ?',
      [rows],
    );
    inserted += rows.length;
  }
  return (inserted * 1_000) / (clock.monotonicMs() - beganMs);
}

const runtime = await openRuntime(await runtimeSettings(process.env), {
  log: silentLog,
  redis: () => Promise.reject(new Error('no Redis here')),
});
const { strategy } = runtime;
const { mysql } = runtime.resources;
const connection = await createConnection({ uri: mysql.settings.url, timezone: 'Z' });
const user = (await new MysqlUsers(mysql).add('direct@example.org', 'no hash', 'user'))?.id ?? 0;
await issueRate(strategy, await newTerms(mysql), user); // warm up
await insertRate(connection, await newTerms(mysql), user);
const issued: number[] = [];
const inserted: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const issue = async (): Promise<unknown> =>
    issued.push(await issueRate(strategy, await newTerms(mysql), user));
  const insert = async (): Promise<unknown> =>
    inserted.push(await insertRate(connection, await newTerms(mysql), user));
  for (const turn of round % 2 === 0 ? [issue, insert] : [insert, issue]) await turn();
}
await connection.end();
await runtime[Symbol.asyncDispose]();
process.send?.({ issued, inserted });
process.disconnect();
