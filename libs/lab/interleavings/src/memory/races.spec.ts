import { describe, expect, it } from '@jest/globals';
import { couponId, userId, type Terms } from '@coupon/domain';
import { pluginNamed } from '@coupon/strategies';
import fc from 'fast-check';
import { isWrong, outcomeOf, toldBy } from '../outcome.js';
import { claimNumbered, patientDeadline } from './memory-runner.js';
import { MemoryDatabase } from './memory-database.js';
import { memoryResources } from './memory-resources.js';
import { scheduledTurns } from './scheduled-turns.js';

/** Whose claims they are, and how many coupons there are. */
const crowd = fc.record({
  users: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
  totalQuantity: fc.integer({ min: 1, max: 4 }),
  perUserLimit: fc.option(fc.integer({ min: 1, max: 2 })),
});

type Processes = 'one' | 'many';
type Crowd = {
  readonly users: readonly number[];
  readonly totalQuantity: number;
  readonly perUserLimit: number | null;
};

/**
 * The crowd's claims in the order that the scheduler deals out, with a process for each claim or
 * one for all: did it end wrong?
 */
async function endsWrong(
  name: string,
  processes: Processes,
  { users, totalQuantity, perUserLimit }: Crowd,
  scheduler: fc.Scheduler,
  env: Record<string, string> = {},
): Promise<boolean> {
  const terms: Terms = { couponId: couponId(1), totalQuantity, perUserLimit };
  const database = new MemoryDatabase(terms);
  const open = pluginNamed(name).configure(env);
  const started = (process: string) =>
    open(memoryResources(database, scheduledTurns(scheduler, process)));
  const shared = processes === 'one' ? await started('the process') : undefined;
  const asked = users.map(async (n, index) => {
    const [claim, user, strategy] = [
      claimNumbered(index + 1),
      userId(n),
      shared ?? (await started(`process ${index + 1}`)),
    ];
    return {
      claim,
      user,
      told: await toldBy(() => strategy.issue({ id: claim, terms, user }, patientDeadline)),
    };
  });
  return isWrong(outcomeOf(terms, await scheduler.waitFor(Promise.all(asked)), database.rows));
}

/**
 * Each crowd is tried in some orders, so that a crowd that shrinks does not lose its race by the
 * loss of the one order it was found in.
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
      const property = fc.asyncProperty(crowd, orders, async (which, schedulers) => {
        for (const scheduler of schedulers) {
          if (!(await endsWrong(name, processes, which, scheduler))) continue;
          trace = String(scheduler);
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
          crowd,
          async (scheduler, which) => !(await endsWrong(name, processes, which, scheduler, env)),
        ),
        { numRuns },
      );
      expect({
        failed: found.failed,
        crowd: found.counterexample?.[1] ?? null,
        runs: found.numRuns,
      }).toEqual({ failed: false, crowd: null, runs: numRuns });
    },
  );
});
