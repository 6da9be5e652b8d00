import { NoVerdict, type Clock } from '@coupon/application';
import type { Resources } from '@coupon/strategies';
import type { StatementGate } from '../statement.js';
import { memoryStockStore } from './memory-stock-store.js';
import type { MemoryDatabase } from './memory-database.js';

/** Time stands still in memory: only the dates of grants are read from it. */
export const stillClock: Clock = { nowMs: () => 0, monotonicMs: () => 0 };

/**
 * The resources of a strategy whose critical section needs nothing but the stock store: there is no
 * Redis (opening it rejects with NoVerdict 'unavailable') and no SQL (reading `mysql` throws).
 */
export function memoryResources(
  database: MemoryDatabase,
  gate: StatementGate,
  clock: Clock = stillClock,
): Resources {
  return {
    stockStore: memoryStockStore(database, gate, clock),
    get mysql(): never {
      throw new Error('the stock store in memory has no SQL');
    },
    redis: () => Promise.reject(new NoVerdict('unavailable', 'there is no Redis in memory')),
    clock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    counters: { count: () => undefined },
    meter: { observe: () => undefined },
  };
}
