import { errnoOf } from '@coupon/mysql';
import { ServiceError } from '@coupon/services';
import { whereRedis, type Fault } from '../fault.js';
import type { Rig } from '../rig.js';
import { whyNoSmallDisk, type SmallDisk } from '../small-disk.js';

const HOLD_MS = 5_000;
const FILLERS = 'seq_1_to_500';
const FILLS_MAX = 400;
const ER_RECORD_FILE_FULL = 1114;

const diskOf = ({ disk }: Rig): SmallDisk => {
  if (disk === null) throw new Error('this cell has no small disk');
  return disk;
};

/** Fills the table of the grants, by rows of another coupon, until it cannot grow. */
async function fillTable({ servers }: Rig): Promise<void> {
  const { couponId } = await servers.fixtures.createCoupon(1);
  const [user] = servers.users;
  if (user === undefined) throw new Error('a cell has users');
  const insert = `INSERT INTO user_coupon (coupon_id, user_id, ordinal, claim_id, issued_at)
    SELECT ?, ?, seq, UUID(), NOW(3) FROM ${FILLERS}`;
  for (let fills = 0; fills < FILLS_MAX; fills += 1) {
    try {
      await servers.sql(insert, [couponId, user]);
    } catch (error) {
      if (errnoOf(error) === ER_RECORD_FILE_FULL) return;
      throw error;
    }
  }
  throw new ServiceError('the table of the grants still grows on a full disk');
}

/** Faults of full disks. */
export const diskFaults: readonly Fault[] = [
  {
    name: 'database-disk-full',
    title: 'the database’s disk is full, and the table of the grants cannot grow',
    kind: 'disk-full',
    holdMs: HOLD_MS,
    needs: { smallDiskOf: 'database' },
    applies: () => whyNoSmallDisk() ?? true,
    async inject(rig) {
      diskOf(rig).fill();
      await fillTable(rig);
      return () => diskOf(rig).free();
    },
  },
  {
    name: 'redis-disk-full',
    title: 'Redis’s disk is full; it writes to disk each second',
    kind: 'disk-full',
    holdMs: HOLD_MS,
    // One that writes before it acknowledges ends itself when it cannot: that is `redis-killed`.
    needs: { smallDiskOf: 'redis', redis: 'everysec' },
    applies: (subject) => {
      const isConcerned = whereRedis(subject);
      return isConcerned === true ? (whyNoSmallDisk() ?? true) : isConcerned;
    },
    inject(rig) {
      diskOf(rig).fill();
      return () => diskOf(rig).free();
    },
  },
];
