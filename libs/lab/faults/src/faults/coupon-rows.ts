import { setTimeout as sleep } from 'node:timers/promises';
import type { CouponId } from '@coupon/domain';
import { z } from 'zod';
import { clock } from '../clock.js';
import { always, type Fault } from '../fault.js';
import type { CellCoupon, Rig } from '../rig.js';
import { killConnections } from './connections.js';

const HOLD_MS = 3_000;
const STRANGER_MS = 10_000;
/** So often that it falls between a claim's read and its write. */
const CHANGE_EVERY_MS = 2;
/** Seldom enough that it sells out all the same. */
const SCARCE_EVERY = 50;
const LOST_ROWS = 5;
const TRIES_MAX = 10;
/** How much later a change is noticed by the claims (CATALOG_STALE_MS), and a busy machine. */
const NOTICED_WITHIN_MS = 2_000;

const held: Fault = {
  name: 'row-held-10s',
  title: 'a stranger locks the row of one coupon for 10 s',
  kind: 'row-held',
  holdMs: STRANGER_MS,
  applies: always,
  async inject({ servers, plenty }) {
    const stranger = await servers.connect();
    await stranger.query('BEGIN');
    await stranger.query('SELECT id FROM coupons WHERE id = ? FOR UPDATE', [plenty.id]);
    return async () => {
      await stranger.query('ROLLBACK');
      stranger.destroy();
    };
  },
};

/** Changes both coupons by one, again and again, as an administrator would: in one statement. */
const changedBy = (name: string, title: string, delta: 1 | -1): Fault => ({
  name,
  title,
  kind: 'stock-changed',
  holdMs: HOLD_MS,
  applies: always,
  inject(rig) {
    const end = new AbortController();
    const startMs = clock.epochMs();
    const changes = new Map<CouponId, number>();
    const changing = async (): Promise<void> => {
      await using administrator = await administratorOf(rig);
      const change = async ({ id }: CellCoupon): Promise<void> => {
        if (await administrator.change(id, delta)) changes.set(id, (changes.get(id) ?? 0) + 1);
      };
      for (let n = 0; !end.signal.aborted; n += 1) {
        await change(rig.plenty);
        if (delta > 0 && n % SCARCE_EVERY === 0) await change(rig.scarce);
        await sleep(CHANGE_EVERY_MS);
      }
    };
    const running = changing();
    return async () => {
      end.abort();
      await running;
      const endMs = clock.epochMs() + NOTICED_WITHIN_MS;
      for (const [id, count] of changes)
        rig.changes.stockChanges.set(id, [{ by: delta * count, startMs, endMs }]);
    };
  },
});

/** An administrator at the database's prompt. */
interface Administrator extends AsyncDisposable {
  /** False where the change is a deadlock's victim, or is refused: nothing was done. */
  change(id: CouponId, delta: number): Promise<boolean>;
}

async function administratorOf({ servers }: Rig): Promise<Administrator> {
  const connection = await servers.connect();
  return {
    change: (id, delta) =>
      connection
        .query(
          `UPDATE coupons SET total_quantity = total_quantity + (${delta}),
           quantity = quantity + (${delta}) WHERE id = ?`,
          [id],
        )
        .then(
          () => true,
          () => false,
        ),
    [Symbol.asyncDispose]() {
      connection.destroy();
      return Promise.resolve();
    },
  };
}

const totalSchema = z.tuple([z.object({ grants: z.coerce.number() })]);

/** The total goes below what is left: the row says that more remains than there ever was. */
const totalLowered: Fault = {
  name: 'total-lowered',
  title: "an administrator lowers one coupon's total below its grants, and sees the mistake",
  kind: 'stock-unsound',
  holdMs: HOLD_MS,
  applies: always,
  async inject({ servers, plenty, changes }) {
    const startMs = clock.epochMs();
    const set = (total: number): Promise<unknown> =>
      servers.sql('UPDATE coupons SET total_quantity = ? WHERE id = ?', [total, plenty.id]);
    const rows = await servers.sql(
      'SELECT COUNT(*) AS grants FROM user_coupon WHERE coupon_id = ?',
      [plenty.id],
    );
    const [{ grants }] = totalSchema.parse(rows);
    const lowered = Math.max(1, grants - LOST_ROWS);
    await set(lowered);
    const by = plenty.total - lowered;
    const down = { by: -by, startMs, endMs: clock.epochMs() + NOTICED_WITHIN_MS };
    return async () => {
      const upFromMs = clock.epochMs();
      await set(plenty.total);
      const up = { by, startMs: upFromMs, endMs: clock.epochMs() + NOTICED_WITHIN_MS };
      changes.stockChanges.set(plenty.id, [down, up]);
    };
  },
};

const rowsSchema = z.array(
  z.object({ id: z.coerce.number(), claimId: z.string(), ordinal: z.coerce.number() }),
);

/**
 * Deletes a coupon's last rows as a lagging replica would not have them: connections end, the
 * coupon's row and its free units are as they were before. Nobody reads the tables meanwhile, so
 * that no claim goes on with what it read before.
 */
async function loseRows(rig: Rig): Promise<void> {
  const { servers, plenty, changes } = rig;
  const replica = await servers.connect();
  try {
    await replica.query('SET autocommit = 0');
    await replica.query(
      `LOCK TABLES coupons WRITE, user_coupon WRITE, coupon_units WRITE,
       coupon_units AS free_units READ`,
    );
    const [found] = await replica.query(
      `SELECT id, claim_id AS claimId, ordinal FROM user_coupon WHERE coupon_id = ?
       ORDER BY id DESC LIMIT ${LOST_ROWS}`,
      [plenty.id],
    );
    const rows = rowsSchema.parse(found);
    const ids = rows.map(({ id }) => id).join(', ');
    await replica.query(
      `INSERT INTO coupon_units (coupon_id, unit) SELECT coupon_id, ordinal FROM user_coupon
       WHERE id IN (${ids})
       AND EXISTS (SELECT 1 FROM coupon_units AS free_units WHERE coupon_id = ?)`,
      [plenty.id],
    );
    await replica.query(`DELETE FROM user_coupon WHERE id IN (${ids})`);
    // where updates were lost, the highest ordinal is below the number of the rows
    await replica.query(
      `UPDATE coupons SET quantity = quantity + ?,
       last_ordinal = GREATEST(last_ordinal, ?) - ? WHERE id = ?`,
      [rows.length, rows.length, rows.length, plenty.id],
    );
    await replica.query('COMMIT');
    await killConnections(rig);
    await replica.query('UNLOCK TABLES');
    const atMs = clock.epochMs();
    for (const { claimId } of rows) changes.deletedClaims.set(claimId, atMs);
  } finally {
    replica.destroy();
  }
}

const rowsLost: Fault = {
  name: 'rows-lost',
  title: `the database fails over to a replica that lacks the last ${LOST_ROWS} grants`,
  kind: 'rows-lost',
  holdMs: HOLD_MS,
  applies: always,
  async inject(rig) {
    // it may be a deadlock's victim, for claims use the same tables
    for (let tries = 1; ; tries += 1) {
      const failure = await loseRows(rig).catch((error: unknown) => ({ error }));
      if (failure === undefined) return () => undefined;
      if (tries === TRIES_MAX) throw failure.error;
    }
  },
};

/** Faults in the rows of a coupon, by others than the service. */
export const couponRowFaults: readonly Fault[] = [
  held,
  changedBy('stock-raised', 'an administrator raises the stock by SQL, again and again', 1),
  changedBy('stock-lowered', 'an administrator lowers the stock by SQL, again and again', -1),
  totalLowered,
  rowsLost,
];
