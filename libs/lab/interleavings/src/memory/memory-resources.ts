import { NoVerdict, type Clock } from '@coupon/application';
import type { Resources } from '@coupon/strategies';
import type { StatementGate } from '../statement.js';
import { memoryStockStore } from './memory-stock.js';
import type { MemoryDatabase } from './memory-database.js';

/** Nobody looks at the time in memory but to date a grant. */
export const stillClock: Clock = { nowMs: () => 0 };

/**
 * What a section strategy needs that keeps claims apart by nothing but the books: no Redis (opening
 * it rejects with NoVerdict 'unavailable'), and no SQL (touching `mysql` throws).
 */
export function memoryResources(
  database: MemoryDatabase,
  turns: StatementGate,
  clock: Clock = stillClock,
): Resources {
  return {
    stockStore: memoryStockStore(database, turns, clock),
    get mysql(): never {
      throw new Error('the books in memory know no SQL');
    },
    redis: () => Promise.reject(new NoVerdict('unavailable', 'there is no Redis in memory')),
    clock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    counters: { count: () => undefined },
    meter: { observe: () => undefined },
  };
}
