import { randomUUID } from 'node:crypto';
import {
  DisposalStack,
  RequestDeadline,
  systemClock as clock,
  type IssuanceStrategy,
} from '@coupon/application';
import { claimId, type Terms, type UserId } from '@coupon/domain';
import {
  MysqlCouponRecords,
  MysqlFixtureStore,
  mysqlSettings,
  openMysql,
  type Mysql,
} from '@coupon/mysql';
import { openRuntime, runtimeSettings, silentLog, type ResourceOverrides } from '@coupon/runtime';
import { rowSummaryOf, type ScheduleRunner } from '../explore.js';
import type { RoundSettings } from '../memory/memory-runner.js';
import { outcomeOf, toldBy, type RecordedRows } from '../outcome.js';
import { playRound, type RoundClaim } from '../play-round.js';
import type { Statement, StatementGate, StatementResult } from '../statement.js';
import { StatementScheduler, type Choose } from '../statement-scheduler.js';
import { scheduledPool } from './scheduled-pool.js';

/** Rounds on a real database with the schema; `env` also has its address, and that of Redis. */
export interface DatabaseRoundSettings extends RoundSettings {
  /**
   * A statement that is not answered for this long counts as blocked. 15 ms is enough for a
   * database on an idle machine.
   */
  readonly blockedAfterMs: number;
}

/** Longer than any round takes. */
const DEADLINE_MS = 30_000;
/** After a failed round: its claims end with their deadlines at the latest. */
const DRAIN_MAX_MS = 2 * DEADLINE_MS;
/** The pool keeps two connections for lookups. */
const SPARE_CONNECTIONS = 2;

/** The gate of all pools: the round's scheduler, or no gate at all between two rounds. */
class RoundGate implements StatementGate {
  scheduler: StatementScheduler | undefined;
  send<T>(
    statement: Statement,
    execute: () => Promise<T>,
    describe: (result: T) => StatementResult,
  ): Promise<T> {
    return this.scheduler?.send(statement, execute, describe) ?? execute();
  }
}

/**
 * Opens the strategy's instances over pools whose statements wait for their turn, and opens their
 * connections. Rejects as opening a strategy does. Disposing closes everything.
 */
export async function openDatabaseRunner(
  settings: DatabaseRoundSettings,
): Promise<ScheduleRunner & AsyncDisposable> {
  const opened = new DisposalStack();
  const env = {
    ...settings.env,
    MYSQL_POOL_MAX: String(settings.clients + SPARE_CONNECTIONS),
    REDIS_KEY_PREFIX: `explore:${randomUUID()}:`,
  };
  const gate = new RoundGate();
  try {
    const lookups = opened.use(openMysql(mysqlSettings(env), clock));
    const runtime = await runtimeSettings(env, settings.plugin);
    const through: ResourceOverrides['through'] = (pool) => scheduledPool(pool, gate);
    const strategies: IssuanceStrategy[] = [];
    for (let n = 0; n < settings.instances; n += 1) {
      const instance = await openRuntime(runtime, { clock, log: silentLog, through });
      strategies.push(opened.use(instance).strategy);
    }
    const runner = new DatabaseRunner(
      settings,
      lookups,
      strategies,
      await new MysqlFixtureStore(lookups).createUsers(settings.clients),
      gate,
    );
    await runner.warmUp();
    return {
      play: (choose, attempt) => runner.play(choose, attempt),
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    };
  } catch (error) {
    await opened[Symbol.asyncDispose]();
    throw error;
  }
}

class DatabaseRunner implements ScheduleRunner {
  constructor(
    private readonly settings: DatabaseRoundSettings,
    private readonly lookups: Mysql,
    private readonly strategies: readonly IssuanceStrategy[],
    private readonly users: readonly UserId[],
    private readonly gate: RoundGate,
  ) {}

  /** Plays an unscheduled round, which opens the pools' connections; its outcome is ignored. */
  async warmUp(): Promise<void> {
    const claims = this.claims(await this.newCoupon());
    await Promise.all(claims.map(({ issue }) => toldBy(issue)));
  }

  async play(choose: Choose, attempt: number): ReturnType<ScheduleRunner['play']> {
    const { blockedAfterMs } = this.settings;
    const terms = await this.newCoupon();
    const scheduler = new StatementScheduler({
      // a machine that was too slow for the first attempt gets more time in each further one
      blockedAfterMs: blockedAfterMs * 2 ** (attempt - 1),
      // a lock wait ends with its transaction's time
      hungAfterMs: 2 * this.lookups.settings.transactionMaxMs + 1_000,
      probe: () => this.lookups.ping(),
    });
    this.gate.scheduler = scheduler;
    try {
      const results = await playRound(this.claims(terms), scheduler, choose, DRAIN_MAX_MS);
      const rows = await rowsOf(this.lookups, terms);
      return {
        outcome: outcomeOf(terms, results, rows),
        told: results.map(({ told }) => told),
        ...rowSummaryOf(rows),
        steps: scheduler.steps,
      };
    } finally {
      this.gate.scheduler = undefined;
    }
  }

  private claims(terms: Terms): readonly RoundClaim[] {
    return Array.from({ length: this.settings.clients }, (_, n) => {
      const strategy = this.strategies[n % this.strategies.length];
      const user = this.users[terms.perUserLimit === null ? n : 0];
      if (strategy === undefined || user === undefined)
        throw new RangeError('at least one instance and one client are needed');
      const claim = { id: claimId(randomUUID()), terms, user };
      const issue = async () => {
        using deadline = new RequestDeadline(clock, DEADLINE_MS);
        return await strategy.issue(claim, deadline);
      };
      return { claim, issue };
    });
  }

  private newCoupon(): Promise<Terms> {
    const { totalQuantity, perUserLimit } = this.settings;
    return new MysqlFixtureStore(this.lookups).createCoupon(totalQuantity, { perUserLimit });
  }
}

async function rowsOf(mysql: Mysql, { couponId }: Terms): Promise<RecordedRows> {
  const record = await new MysqlCouponRecords(mysql).read(couponId);
  if (record === null) throw new Error(`coupon ${couponId} has no row`);
  return {
    remaining: record.remaining,
    grants: record.grants.map(({ claimId: claim, user, ordinal }) => ({ claim, user, ordinal })),
  };
}
