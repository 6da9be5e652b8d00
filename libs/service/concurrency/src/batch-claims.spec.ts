import { randomUUID } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import { DuplicateClaim, NoVerdict, RequestDeadline, type Deadline } from '@coupon/application';
import {
  claimId,
  couponId,
  judge,
  userId,
  type Claim,
  type ClaimId,
  type Terms,
  type UserId,
} from '@coupon/domain';
import fc from 'fast-check';
import { batchClaims } from './batch-claims.js';
import type { BatchStrategy } from './issue-within.js';

const clock = { nowMs: () => Date.now() };
const terms = (id = 1, totalQuantity = 1_000_000): Terms => ({
  couponId: couponId(id),
  totalQuantity,
  perUserLimit: null,
});
const at = (atMs: number): Deadline => ({ atMs, signal: new AbortController().signal });
const never = at(Number.MAX_SAFE_INTEGER);
const claimOf = (
  under = terms(),
  id: ClaimId = claimId(randomUUID()),
  user: UserId = userId(1),
): Claim => ({ id, terms: under, user });

/**
 * Books in memory: settles batches one at a time, and fails as the database would. `poison` breaks
 * any batch that it is in.
 */
const bench = (options: { readonly poison?: ClaimId; readonly nameReplays?: boolean } = {}) => {
  const { poison, nameReplays = true } = options;
  const [batches, recorded]: [string[][], string[]] = [[], []];
  let hold = Promise.resolve();
  let release: () => void = () => undefined;
  const failures: Error[] = [];
  const batch: BatchStrategy = {
    async issueAll(_terms, claims) {
      batches.push(claims.map(({ id }) => id));
      await hold;
      await new Promise(setImmediate);
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      if (claims.some(({ id }) => id === poison)) throw new Error('poisoned');
      const replays = claims.filter(({ id }) => recorded.includes(id));
      if (replays.length > 0)
        throw new DuplicateClaim((nameReplays ? replays.slice(0, 1) : claims).map(({ id }) => id));
      const verdicts = judge({ taken: recorded.length, held: new Map(), readAtMs: 0 }, claims);
      recorded.push(
        ...verdicts.flatMap((verdict) => (verdict.kind === 'granted' ? [verdict.claim.id] : [])),
      );
      return verdicts;
    },
  };
  return {
    batch,
    batches,
    recorded,
    failures,
    stop: () => void (hold = new Promise((resolve) => (release = resolve))),
    go: () => release(),
  };
};

const outcome = (told: Promise<{ readonly kind: string }>): Promise<string> =>
  told.then(
    (verdict) => verdict.kind,
    (error: unknown) =>
      error instanceof NoVerdict
        ? error.kind
        : error instanceof Error
          ? error.name
          : 'not an error',
  );

describe('batchClaims', () => {
  it('settles a lone claim at once, and what gathers meanwhile together, first come first', async () => {
    const { batch, batches, stop, go } = bench();
    const strategy = batchClaims(batch, { batchMax: 3, queueMax: 10 });
    stop();
    const told = Array.from({ length: 6 }, () => strategy.issue(claimOf(), never));
    expect(batches.map(({ length }) => length)).toEqual([1]);
    go();
    expect(
      (await Promise.all(told)).map((verdict) => verdict.kind === 'granted' && verdict.ordinal),
    ).toEqual([1, 2, 3, 4, 5, 6]);
    expect(batches.map(({ length }) => length)).toEqual([1, 3, 2]);
  });

  it('turns claims away when the queue is full, and takes them again when it is not', async () => {
    const { batch, stop, go } = bench();
    const strategy = batchClaims(batch, { batchMax: 10, queueMax: 2 });
    stop();
    const told = Array.from({ length: 4 }, () => outcome(strategy.issue(claimOf(), never)));
    go();
    expect(await Promise.all(told)).toEqual(['granted', 'granted', 'granted', 'unavailable']);
    expect(await outcome(strategy.issue(claimOf(), never))).toBe('granted');
  });

  it('one coupon does not wait for another', async () => {
    const { batch, stop, go } = bench();
    const strategy = batchClaims(
      {
        issueAll: (under, ...rest) =>
          under.couponId === 1
            ? batch.issueAll(under, ...rest)
            : bench().batch.issueAll(under, ...rest),
      },
      { batchMax: 10, queueMax: 10 },
    );
    stop();
    const [first, second] = [
      strategy.issue(claimOf(terms(1)), never),
      strategy.issue(claimOf(terms(2)), never),
    ];
    expect(await outcome(second)).toBe('granted');
    go();
    expect(await outcome(first)).toBe('granted');
  });

  it('who waits past its deadline leaves the queue while the batch before it is still out; a later deadline stays', async () => {
    const { batch, recorded, stop, go } = bench();
    const strategy = batchClaims(batch, { batchMax: 10, queueMax: 10 }, clock);
    stop();
    const out = strategy.issue(claimOf(), never);
    using patient = new RequestDeadline(clock, 60_000);
    const stays = strategy.issue(claimOf(), patient);
    using short = new RequestDeadline(clock, 40);
    using shorter = new RequestDeadline(clock, 20);
    const told = await Promise.all(
      [short, shorter, short].map((deadline) => outcome(strategy.issue(claimOf(), deadline))),
    );
    expect(told).toEqual(['contended', 'contended', 'contended']);
    go();
    expect([await outcome(out), await outcome(stays), recorded.length]).toEqual([
      'granted',
      'granted',
      2,
    ]);
  });

  it('a claim that comes after its deadline is not tried', async () => {
    const { batch, batches } = bench();
    expect(
      await outcome(
        batchClaims(batch, { batchMax: 10, queueMax: 10 }, clock).issue(
          claimOf(),
          at(clock.nowMs()),
        ),
      ),
    ).toBe('contended');
    expect(batches).toEqual([]);
  });

  it('makes one signal for a whole queue', async () => {
    const { batch, stop, go } = bench();
    const strategy = batchClaims(batch, { batchMax: 1_000, queueMax: 1_000 }, clock);
    stop();
    const signals = jest.fn(() => never.signal);
    const atMs = clock.nowMs() + 60_000;
    const told = Array.from({ length: 1_000 }, (_, n) =>
      strategy.issue(
        claimOf(),
        Object.defineProperty({ ...never, atMs: atMs + n }, 'signal', { get: signals }),
      ),
    );
    go();
    await Promise.all(told);
    // asked for once to listen, once to stop
    expect(signals.mock.calls.length).toBeLessThanOrEqual(4);
  });

  it.each([true, false])(
    'a replay in a batch is told so, the others are granted (the database names it: %s)',
    async (nameReplays) => {
      const { batch, recorded } = bench({ nameReplays });
      const strategy = batchClaims(batch, { batchMax: 10, queueMax: 10 });
      const [a, b] = [claimOf(), claimOf()];
      await Promise.all([strategy.issue(a, never), strategy.issue(b, never)]);
      const told = [claimOf(), claimOf(), a, claimOf(), b, claimOf()].map((claim) =>
        outcome(strategy.issue(claim, never)),
      );
      expect(await Promise.all(told)).toEqual([
        'granted',
        'granted',
        'DuplicateClaim',
        'granted',
        'DuplicateClaim',
        'granted',
      ]);
      expect(recorded).toHaveLength(6);
    },
  );

  it('the same claim twice in one queue is granted once and then recognised, also for another user', async () => {
    const { batch, recorded } = bench();
    const strategy = batchClaims(batch, { batchMax: 10, queueMax: 10 });
    const twice = claimOf();
    const told = [claimOf(), twice, twice, claimOf(terms(), twice.id, userId(2)), claimOf()].map(
      (claim) => outcome(strategy.issue(claim, never)),
    );
    expect(await Promise.all(told)).toEqual([
      'granted',
      'granted',
      'DuplicateClaim',
      'DuplicateClaim',
      'granted',
    ]);
    expect(recorded).toHaveLength(3);
  });

  it('a claim that breaks its batch breaks alone, in less than two runs for each claim', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 40 }), fc.nat(), async (count, where) => {
        const claims = Array.from({ length: count }, () => claimOf());
        const poisoned = claims[where % count];
        if (poisoned === undefined) throw new Error('one of them is');
        const { batch, batches, recorded } = bench({ poison: poisoned.id });
        const strategy = batchClaims(batch, { batchMax: 16, queueMax: 100 });
        const told = await Promise.all(
          claims.map((claim) => outcome(strategy.issue(claim, never))),
        );
        expect(told).toEqual(claims.map((claim) => (claim === poisoned ? 'Error' : 'granted')));
        expect(recorded).toEqual(claims.filter((claim) => claim !== poisoned).map(({ id }) => id));
        expect(batches.length).toBeLessThan(2 * count);
      }),
      { numRuns: 30 },
    );
  });

  it.each(['indeterminate', 'unavailable', 'deadlocked', 'lease-lost', 'contended'] as const)(
    '%s goes to the whole batch, which is not run again, and not to the next one',
    async (kind) => {
      const { batch, batches, failures, stop, go } = bench();
      const strategy = batchClaims(batch, { batchMax: 3, queueMax: 10 });
      stop();
      const told = Array.from({ length: 5 }, () => outcome(strategy.issue(claimOf(), never)));
      failures.push(new NoVerdict(kind, 'first'), new NoVerdict(kind, 'second'));
      go();
      expect(await Promise.all(told)).toEqual([kind, kind, kind, kind, 'granted']);
      expect(batches.map(({ length }) => length)).toEqual([1, 3, 1]);
    },
  );

  it('runs under the earliest deadline of a batch; when that one passes, only it is refused', async () => {
    const under: number[] = [];
    const { batch, stop, go } = bench();
    let nowMs = 0;
    const late: BatchStrategy = {
      async issueAll(of, claims, deadline) {
        under.push(deadline.atMs);
        if (deadline.atMs !== 50) return batch.issueAll(of, claims, deadline);
        nowMs = 60;
        throw new NoVerdict('contended', 'waited for the lock until the deadline');
      },
    };
    const strategy = batchClaims(late, { batchMax: 10, queueMax: 10 }, { nowMs: () => nowMs });
    stop();
    const told = [100, 200, 50, 300].map((atMs) => outcome(strategy.issue(claimOf(), at(atMs))));
    go();
    expect(await Promise.all(told)).toEqual(['granted', 'granted', 'contended', 'granted']);
    expect(under).toEqual([100, 50, 200, 300]);
  });

  it('sends a second batch while the first is out where it may, and no third', async () => {
    const { batch, batches, stop, go } = bench();
    const strategy = batchClaims(batch, { batchMax: 100, queueMax: 100, inFlightMax: 2 });
    stop();
    const told = Array.from({ length: 8 }, () => outcome(strategy.issue(claimOf(), never)));
    expect(batches.map(({ length }) => length)).toEqual([1, 1]);
    go();
    expect(await Promise.all(told)).toEqual(Array.from({ length: 8 }, () => 'granted'));
    expect(batches.map(({ length }) => length).reduce((sum, length) => sum + length)).toBe(8);
  });

  it.each([1, 2])(
    'leaves no claim behind that comes just as a batch ends (%i in flight)',
    async (flightsMax) => {
      for (let moment = 0; moment < 40; moment += 1) {
        const strategy = batchClaims(bench().batch, {
          batchMax: 100,
          queueMax: 100,
          inFlightMax: flightsMax,
        });
        await Promise.all(
          Array.from({ length: flightsMax }, () => strategy.issue(claimOf(), never)),
        );
        for (let n = 0; n < moment; n += 1) await null; // each one turn of the microtask queue
        using soon = new RequestDeadline(clock, 500);
        expect({ moment, told: await outcome(strategy.issue(claimOf(), soon)) }).toEqual({
          moment,
          told: 'granted',
        });
      }
    },
  );

  it('takes half of those in play, so that one half is answered while the other commits', async () => {
    const { batch, batches, stop, go } = bench();
    const strategy = batchClaims(batch, { batchMax: 100, queueMax: 100 });
    stop();
    const told = Array.from({ length: 8 }, () => outcome(strategy.issue(claimOf(), never)));
    go();
    await Promise.all(told);
    expect(batches.map(({ length }) => length)).toEqual([1, 4, 3]);
  });

  describe('with no place left for a batch, since other coupons have them all', () => {
    const crowded = () => {
      const made = bench();
      const strategy = batchClaims(made.batch, {
        batchMax: 100,
        queueMax: 100,
        inFlightTotalMax: 1,
      });
      made.stop();
      return {
        ...made,
        ask: (coupon: number, count: number, deadline = never) =>
          Array.from({ length: count }, () =>
            outcome(strategy.issue(claimOf(terms(coupon)), deadline)),
          ),
      };
    };
    const sizes = (batches: readonly string[][]): number[] => batches.map(({ length }) => length);

    it('its claims gather until there is one, and while others stand in line all of them go', async () => {
      const { ask, batches, go } = crowded();
      const told = [...ask(1, 1), ...ask(2, 1), ...ask(3, 1), ...ask(2, 5), ...ask(3, 5)];
      expect(sizes(batches)).toEqual([1]);
      go();
      expect(new Set(await Promise.all(told))).toEqual(new Set(['granted']));
      expect(sizes(batches)).toEqual([1, 6, 6]);
    });

    it('places go round: who has just had one comes after those in line', async () => {
      const { ask, recorded, batches, go } = crowded();
      const told = [...ask(1, 1), ...ask(1, 3), ...ask(2, 2)];
      go();
      await Promise.all(told);
      expect(sizes(batches)).toEqual([1, 2, 3]); // of coupons 1, 2 and 1
      expect(recorded).toHaveLength(6);
    });

    it('a deadline still ends the wait', async () => {
      const { ask, batches, go } = crowded();
      const first = ask(1, 1);
      using soon = new RequestDeadline(clock, 30);
      expect(await Promise.all(ask(2, 2, soon))).toEqual(['contended', 'contended']);
      go();
      expect(await Promise.all(first)).toEqual(['granted']);
      expect(await Promise.all(ask(2, 1))).toEqual(['granted']);
      expect(sizes(batches)).toEqual([1, 1]);
    });
  });

  it('claims under different terms of one coupon are not judged together', async () => {
    const { batch, batches, stop, go } = bench();
    const strategy = batchClaims(batch, { batchMax: 10, queueMax: 10 });
    stop();
    const told = [terms(), terms(1, 5), terms(1, 6), terms(1, 5)].map((under) =>
      outcome(strategy.issue(claimOf(under), never)),
    );
    go();
    await Promise.all(told);
    expect(batches.map(({ length }) => length)).toEqual([1, 2, 1]);
  });

  it('a batch that forgets a claim is a bug that every claim of it is told', async () => {
    const strategy = batchClaims(
      { issueAll: () => Promise.resolve([]) },
      { batchMax: 10, queueMax: 10 },
    );
    await expect(strategy.issue(claimOf(), never)).rejects.toThrow(/0 verdicts for 1 claims/);
  });

  it('takes more than 20,000 claims a second through one process', async () => {
    const batch: BatchStrategy = {
      async issueAll(_terms, claims) {
        await new Promise(setImmediate);
        return judge({ taken: 0, held: new Map(), readAtMs: 0 }, claims);
      },
    };
    const strategy = batchClaims(batch, { batchMax: 200, queueMax: 100_000 }, clock);
    const claims = Array.from({ length: 40_000 }, () => claimOf());
    const beganMs = performance.now();
    await Promise.all(claims.map((claim) => strategy.issue(claim, never)));
    expect(performance.now() - beganMs).toBeLessThan(2_000);
  });
});
