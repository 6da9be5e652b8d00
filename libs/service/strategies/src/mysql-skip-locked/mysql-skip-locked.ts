import { setTimeout as sleep } from 'node:timers/promises';
import {
  allGuarantees,
  defineSettings,
  integer,
  NoVerdict,
  type Deadline,
  type IssuanceStrategy,
} from '@coupon/application';
import type { Claim, StockSnapshot, Verdict } from '@coupon/domain';
import {
  countGrants,
  holdingsOf,
  insertGrants,
  raisedTo,
  runTransaction,
  soundStock,
  type Mysql,
  type Work,
} from '@coupon/mysql';
import { crossCheck } from '@coupon/concurrency';
import { definePlugin } from '../plugin.js';

const skipLockedSettings = defineSettings({
  chunkMax: integer('MYSQL_SKIP_LOCKED_CHUNK_MAX', {
    default: 1_000,
    min: 1,
    max: 10_000,
    about: {
      en: 'unit rows inserted at once, when none of the earlier ones are left',
      ko: '앞의 행이 다 떨어졌을 때 한 번에 만드는 쿠폰 행의 수',
    },
  }),
  retryMs: integer('MYSQL_SKIP_LOCKED_RETRY_MS', {
    default: 20,
    min: 1,
    max: 1_000,
    unit: 'ms',
    about: {
      en: 'longest pause before the next look, when other claims have locked the last units',
      ko: '남은 것을 모두 다른 요청이 잡고 있을 때 다시 보기까지의 최대 간격',
    },
  }),
});

type SkipLockedSettings = ReturnType<typeof skipLockedSettings>;

/**
 * One row for each free unit: every claim takes one that no other claim has locked, and the number
 * of that unit is its ordinal. The coupon's row, whose `quantity` must be right with every COMMIT,
 * is locked last and so for the shortest possible time.
 */
export const mysqlSkipLocked = definePlugin({
  name: 'mysql-skip-locked',
  summary: {
    en: 'one row for each unit; a claim takes one that nobody has locked',
    ko: '쿠폰 한 장이 행 하나, 아무도 잡지 않은 행을 가져감',
  },
  guarantees: { ...allGuarantees, issuesInOrder: false },
  settings: skipLockedSettings,
  open: ({ mysql }, settings) => takeUnits(mysql, settings),
});

function takeUnits(mysql: Mysql, { chunkMax, retryMs }: SkipLockedSettings): IssuanceStrategy {
  return {
    async issue(claim, deadline) {
      let isSound = false;
      for (let attempts = 0; ; attempts += 1) {
        const taken = await takeUnit(mysql, claim, deadline, isSound);
        if (typeof taken !== 'string') return taken;
        const refused = await refuseOrRefill(mysql, claim, deadline, { chunkMax, taken });
        if (refused !== null) return refused;
        isSound = taken === 'row-disagrees';
        if (attempts === 0) continue; // units were inserted just now, or the row is sound
        const pauseMs = retryMs * (0.5 + Math.random() / 2);
        if (mysql.clock.monotonicMs() + pauseMs > deadline.atMs)
          throw new NoVerdict(
            'contended',
            `coupon ${claim.terms.couponId}: other claims hold all units`,
          );
        await sleep(pauseMs);
      }
    },
  };
}

/** Why there is no verdict: every unit is locked by other claims, or the coupon's row has none. */
type NotTaken = 'all-locked' | 'row-disagrees';

/** Rolls back the unit that the coupon's row does not have. */
class RowDisagrees extends Error {}

/**
 * Takes a unit and records the grant. All claims lock in one order (user, unit, coupon), and the
 * coupon before the INSERT whose foreign key takes a shared lock on it: so no cycle of waits can
 * form.
 *
 * A unit beyond the row's total is right only where coupons came back: it is taken only with
 * `isSound`, when the row was looked at.
 */
async function takeUnit(
  mysql: Mysql,
  claim: Claim,
  deadline: Deadline,
  isSound: boolean,
): Promise<Verdict | NotTaken> {
  const { terms, user } = claim;
  const { couponId, perUserLimit } = terms;
  const take: Work<Verdict | NotTaken> = async (transaction) => {
    // Two claims of one user take different units, so a limit needs a lock of its own.
    if (perUserLimit !== null)
      await transaction
        .selectFrom('users')
        .select('id')
        .where('id', '=', user)
        .forUpdate()
        .execute();
    const units = transaction
      .selectFrom('coupon_units')
      .select('unit')
      .where('coupon_id', '=', couponId)
      .orderBy('unit')
      .limit(1);
    const found = await units.forUpdate().skipLocked().executeTakeFirst();
    if (found === undefined) return 'all-locked';
    const { unit } = found;
    const held = await holdingsOf(transaction, terms, [user]);
    const allowed = perUserLimit === null || (held.get(user) ?? 0) < perUserLimit;
    const verdict = crossCheck(claim, seenWith(unit, held, mysql.clock.nowMs()), allowed);
    if (verdict.kind === 'refused') return verdict;
    await transaction
      .deleteFrom('coupon_units')
      .where('coupon_id', '=', couponId)
      .where('unit', '=', unit)
      .execute();
    const { numUpdatedRows } = await transaction
      .updateTable('coupons')
      .set((eb) => ({
        quantity: eb('quantity', '-', 1),
        version: eb('version', '+', 1),
        last_ordinal: raisedTo(unit),
      }))
      .where('id', '=', couponId)
      .where('quantity', '>', 0)
      .whereRef('quantity', '<=', 'total_quantity')
      .$if(!isSound, (update) => update.where('total_quantity', '>=', unit))
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new RowDisagrees();
    await insertGrants(transaction, [verdict]);
    return verdict;
  };
  try {
    return await runTransaction(mysql, take, deadline);
  } catch (error) {
    if (error instanceof RowDisagrees) return 'row-disagrees';
    throw error;
  }
}

/** The stock as a free unit tells of it: there is at least this one, and it is the next. */
const seenWith = (unit: number, held: StockSnapshot['held'], readAtMs: number): StockSnapshot => ({
  taken: unit - 1,
  totalQuantity: unit,
  held,
  readAtMs,
});

/**
 * No free unit does not mean sold out: this reads the coupon's row, locked, and refuses only when
 * nothing is left there. Otherwise, where there is no unit row, no claim can hold one (its DELETE
 * would be uncommitted, so a plain read would still see it), and the next units are inserted. The
 * lock keeps other claims from doing the same; after a crash the numbers continue after the rows.
 * Resolves with null when it is worth another try; rejects with UnsoundStock.
 */
function refuseOrRefill(
  mysql: Mysql,
  claim: Claim,
  deadline: Deadline,
  { chunkMax, taken }: { readonly chunkMax: number; readonly taken: NotTaken },
): Promise<Verdict | null> {
  const { terms } = claim;
  const { couponId } = terms;
  return runTransaction(
    mysql,
    async (transaction) => {
      const coupon = await transaction
        .selectFrom('coupons')
        .select(['quantity', 'total_quantity', 'last_ordinal'])
        .where('id', '=', couponId)
        .forUpdate()
        .executeTakeFirstOrThrow();
      if (coupon.quantity === 0) {
        const total = coupon.total_quantity;
        const soldOut = { taken: total, totalQuantity: total, held: new Map() };
        return crossCheck(claim, { ...soldOut, readAtMs: mysql.clock.nowMs() }, false);
      }
      if (taken === 'all-locked') {
        const free = await transaction
          .selectFrom('coupon_units')
          .select('unit')
          .where('coupon_id', '=', couponId)
          .limit(1)
          .executeTakeFirst();
        if (free !== undefined) return null;
      }
      const stock = await soundStock(terms, coupon, () => countGrants(transaction, terms));
      if (taken === 'row-disagrees') return null;
      const last = Math.max(stock.taken, stock.lastOrdinal);
      const units = Array.from({ length: Math.min(chunkMax, coupon.quantity) }, (_, n) => ({
        coupon_id: couponId,
        unit: last + 1 + n,
      }));
      await transaction.insertInto('coupon_units').values(units).execute();
      return null;
    },
    deadline,
  );
}
