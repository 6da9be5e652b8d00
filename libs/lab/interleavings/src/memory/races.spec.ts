import { describe, expect, it } from '@jest/globals';
import { couponId, userId, type Terms } from '@coupon/domain';
import { pluginNamed } from '@coupon/strategies';
import fc from 'fast-check';
import { isWrong, outcomeOf, toldBy } from '../outcome.js';
import { claimNumbered, noDeadline } from './memory-runner.js';
import { MemoryDatabase } from './memory-database.js';
import { memoryResources } from './memory-resources.js';
import { scheduledGate } from './scheduled-gate.js';

/** The users of the claims, and the coupon. */
const load = fc.record({
  users: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
  totalQuantity: fc.integer({ min: 1, max: 4 }),
  perUserLimit: fc.option(fc.integer({ min: 1, max: 2 })),
});

type Processes = 'one' | 'many';
interface Load {
  readonly users: readonly number[];
  readonly totalQuantity: number;
  readonly perUserLimit: number | null;
}

/**
 * Plays the claims of a load in the scheduler's order, with a process for each claim or one for
 * all; true when it ends wrong.
 */
async function endsWrong(
  name: string,
  processes: Processes,
  { users, totalQuantity, perUserLimit }: Load,
  scheduler: fc.Scheduler,
  env: Record<string, string> = {},
): Promise<boolean> {
  const terms: Terms = { couponId: couponId(1), totalQuantity, perUserLimit };
  const database = new MemoryDatabase(terms);
  const open = pluginNamed(name).configure(env);
  const started = (process: string) =>
    open(memoryResources(database, scheduledGate(scheduler, process)));
  const shared = processes === 'one' ? await started('the process') : undefined;
  const asked = users.map(async (n, index) => {
    const claim = { id: claimNumbered(index + 1), terms, user: userId(n) };
    const strategy = shared ?? (await started(`process ${index + 1}`));
    const told = await toldBy(() => strategy.issue(claim, noDeadline));
    return { claim: claim.id, user: claim.user, told };
  });
  return isWrong(outcomeOf(terms, await scheduler.waitFor(Promise.all(asked)), database.rows));
}

/**
 * Each load is played in several orders: a load that shrinks must not lose its race with the one
 * order in which the race was found.
 */
const orders = fc.array(fc.scheduler(), { minLength: 12, maxLength: 12 });

describe('races found by chance, without a database', () => {
  it.each([
    ['no-lock', 'many'],
    ['no-lock', 'one'],
    ['local-mutex', 'many'],
  ] as const)(
    'finds the race of %s in %s process(es), and shrinks it to two claims',
    async (name, processes) => {
      const beganMs = performance.now();
      let trace = '';
      const property = fc.asyncProperty(load, orders, async (candidate, schedulers) => {
        for (const scheduler of schedulers) {
          if (!(await endsWrong(name, processes, candidate, scheduler))) continue;
          trace = fc.stringify(scheduler);
          return false;
        }
        return true;
      });
      const { failed, counterexample, numRuns } = await fc.check(property, { numRuns: 100 });
      expect(performance.now() - beganMs).toBeLessThan(3_000);
      expect({ failed, claims: counterexample?.[0].users.length }).toEqual({
        failed: true,
        claims: 2,
      });
      expect(numRuns).toBeLessThan(20);
      expect(trace.match(/SELECT coupons/g)).toHaveLength(2);
    },
  );

  it.each([
    ['mysql-for-update', 'many', 1_000],
    ['mysql-named-lock', 'many', 1_000],
    ['local-mutex', 'one', 1_000],
    // These two sleep between attempts, so their runs take real time.
    ['mysql-optimistic', 'many', 200],
    ['mysql-serializable', 'many', 200],
  ] as const)(
    'finds nothing in %s, in %s process(es), in %i runs',
    async (name, processes, numRuns) => {
      const env = { MYSQL_OPTIMISTIC_PAUSE_MAX_MS: '1', MYSQL_SERIALIZABLE_PAUSE_MAX_MS: '1' };
      const found = await fc.check(
        fc.asyncProperty(
          fc.scheduler(),
          load,
          async (scheduler, candidate) =>
            !(await endsWrong(name, processes, candidate, scheduler, env)),
        ),
        { numRuns },
      );
      expect({
        failed: found.failed,
        load: found.counterexample?.[1] ?? null,
        runs: found.numRuns,
      }).toEqual({ failed: false, load: null, runs: numRuns });
    },
  );
});
