import { randomUUID } from 'node:crypto';
import {
  DisposalStack,
  RequestDeadline,
  type Clock,
  type IssuanceStrategy,
} from '@coupon/application';
import { claimId, type ClaimId, type Terms, type UserId } from '@coupon/domain';
import {
  MysqlCouponRecords,
  MysqlFixtureStore,
  mysqlSettings,
  openMysql,
  type Mysql,
} from '@coupon/mysql';
import { openRuntime, runtimeSettings, silentLog, type ResourceOverrides } from '@coupon/runtime';
import { keptOf, type ScheduleRunner } from '../explore.js';
import type { RoundSettings } from '../memory/memory-runner.js';
import { outcomeOf, toldBy, type Asked, type Rows, type ClaimResult } from '../outcome.js';
import type { Answer, Statement, StatementGate } from '../statement.js';
import { StatementScheduler, type Choose } from '../statement-scheduler.js';
import { scheduledPool } from './scheduled-pool.js';

/**
 * Rounds on a real database, which must have the schema; `env` also says where it (and Redis) is.
 */
export interface DatabaseRoundSettings extends RoundSettings {
  /**
   * Silence of a statement after which it counts as blocked. 15 ms is enough for a database on an
   * idle machine.
   */
  readonly blockedAfterMs: number;
}

/** Claims give up long after any round is over. */
const DEADLINE_MS = 30_000;
/** The pool keeps two connections for lookups. */
const SPARE_CONNECTIONS = 2;

const clock: Clock = { nowMs: () => Date.now() };

/** Between rounds nobody stands at a turnstile. */
class ChangingTurns implements StatementGate {
  current: StatementScheduler | undefined;
  send<T>(statement: Statement, ask: () => Promise<T>, tell: (result: T) => Answer): Promise<T> {
    return this.current === undefined ? ask() : this.current.send(statement, ask, tell);
  }
}

/**
 * Opens the strategy's instances over pools whose statements wait for their turn, and warms their
 * connections up. Rejects with what opening a strategy rejects with. Disposing closes all of it.
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
  const turns = new ChangingTurns();
  try {
    const aside = opened.use(openMysql(mysqlSettings(env), clock));
    const runtime = await runtimeSettings(env, settings.plugin);
    const through: ResourceOverrides['through'] = (pool) => scheduledPool(pool, turns);
    const strategies: IssuanceStrategy[] = [];
    for (let n = 0; n < settings.instances; n += 1) {
      const instance = await openRuntime(runtime, { clock, log: silentLog, through });
      strategies.push(opened.use(instance).strategy);
    }
    const arena = new DatabaseRunner(
      settings,
      aside,
      strategies,
      await new MysqlFixtureStore(aside).createUsers(settings.clients),
      turns,
    );
    await arena.warmUp();
    return {
      play: (choose, attempt) => arena.play(choose, attempt),
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
    private readonly aside: Mysql,
    private readonly strategies: readonly IssuanceStrategy[],
    private readonly users: readonly UserId[],
    private readonly turns: ChangingTurns,
  ) {}

  /**
   * A round that nobody conducts, for the connections that it leaves in the pools; how it ends is
   * no matter.
   */
  async warmUp(): Promise<void> {
    await Promise.all(this.claims(await this.newCoupon()).map(({ issue }) => issue()));
  }

  async play(choose: Choose, attempt: number): ReturnType<ScheduleRunner['play']> {
    const { blockedAfterMs } = this.settings;
    const terms = await this.newCoupon();
    // A machine that was too slow for the first try gets more time at each further one. A lock wait
    // ends with a transaction's time.
    const hungAfterMs = 2 * this.aside.settings.transactionMaxMs + 1_000;
    const turnstile = new StatementScheduler({
      blockedAfterMs: blockedAfterMs * 2 ** (attempt - 1),
      hungAfterMs,
      probe: () => this.aside.ping(),
    });
    this.turns.current = turnstile;
    const asked: Promise<Asked>[] = [];
    try {
      for (const { claim, user, issue } of this.claims(terms)) {
        asked.push(turnstile.run(issue).then((told) => ({ claim, user, told })));
        await turnstile.settle();
      }
      await turnstile.play(choose);
    } finally {
      turnstile.letAllThrough();
      await Promise.all(asked);
      this.turns.current = undefined;
    }
    const [all, rows] = [await Promise.all(asked), await rowsOf(this.aside, terms)];
    return {
      outcome: outcomeOf(terms, all, rows),
      told: all.map(({ told }) => told),
      ...keptOf(rows),
      steps: turnstile.steps,
    };
  }

  private claims(
    terms: Terms,
  ): readonly { claim: ClaimId; user: UserId; issue: () => Promise<ClaimResult> }[] {
    return Array.from({ length: this.settings.clients }, (_, n) => {
      const [strategy, user] = [
        this.strategies[n % this.strategies.length],
        this.users[terms.perUserLimit === null ? n : 0],
      ];
      if (strategy === undefined || user === undefined)
        throw new RangeError('at least one instance and one client are needed');
      const claim = claimId(randomUUID());
      const issue = async () => {
        using deadline = new RequestDeadline(clock, DEADLINE_MS);
        return await strategy.issue({ id: claim, terms, user }, deadline);
      };
      return { claim, user, issue: () => toldBy(issue) };
    });
  }

  private newCoupon(): Promise<Terms> {
    const { totalQuantity, perUserLimit } = this.settings;
    return new MysqlFixtureStore(this.aside).createCoupon(totalQuantity, { perUserLimit });
  }
}

async function rowsOf(mysql: Mysql, { couponId }: Terms): Promise<Rows> {
  const record = await new MysqlCouponRecords(mysql).read(couponId);
  if (record === null) throw new Error(`coupon ${couponId} has no row`);
  return {
    remaining: record.remaining,
    grants: record.grants.map(({ claimId: claim, user, ordinal }) => ({ claim, user, ordinal })),
  };
}
