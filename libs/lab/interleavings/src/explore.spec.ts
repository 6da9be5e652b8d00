import { describe, expect, it } from '@jest/globals';
import type { Schedule } from '@coupon/results';
import { explore, shortest, type ScheduleRunner } from './explore.js';
import { ReplayDiverged } from './statement-scheduler.js';

const round = (outcome: Schedule['outcome'] = 'right'): Omit<Schedule, 'order'> => ({
  outcome,
  told: [],
  remaining: 0,
  ordinals: [],
  steps: [],
});

/** Clients that never wait for each other: `statements[client]` statements each. */
const free = (
  statements: readonly number[],
  played: (order: readonly number[], attempt: number) => Omit<Schedule, 'order'> = () => round(),
): ScheduleRunner => ({
  play: (choose, attempt) =>
    Promise.resolve([...statements]).then((left) => {
      const order: number[] = [];
      while (left.some((count) => count > 0)) {
        const client = choose(left.flatMap((count, index) => (count > 0 ? [index] : [])));
        if (client === null) throw new ReplayDiverged('no client came');
        left[client] = (left[client] ?? 0) - 1;
        order.push(client);
      }
      return played(order, attempt);
    }),
});

const orders = async (runner: ScheduleRunner, limits = { schedulesMax: 1_000 }) =>
  (await explore(runner, limits)).schedules.map(({ order }) => order);

describe('explore', () => {
  it('plays every schedule once', async () => {
    expect(await orders(free([1, 1]))).toEqual(['AB', 'BA']);
    const four = await orders(free([4, 4]));
    expect(new Set(four).size).toBe(70); // 8 over 4
    expect(four).toHaveLength(70);
    expect(await orders(free([2, 2, 2]))).toHaveLength(90); // 6! / 2!^3
  });

  it('plays schedules that differ only in the names of the clients once', async () => {
    expect(
      await orders(free([1, 1]), { schedulesMax: 10, ...{ symmetryReduction: true } }),
    ).toEqual(['AB']);
    expect(
      await orders(free([2, 2, 2]), { schedulesMax: 1_000, ...{ symmetryReduction: true } }),
    ).toHaveLength(15); // 90 / 3!
  });

  it('counts how rounds end, and finds the schedule that is easiest to follow', async () => {
    const found = await explore(
      free([2, 2], (order) => round(order[0] === 1 ? 'lost-update' : 'right')),
      { schedulesMax: 100 },
    );
    expect(found).toMatchObject({
      complete: true,
      unplayable: 0,
      counts: { right: 3, 'lost-update': 3 },
    });
    expect(shortest(found.schedules, (outcome) => outcome === 'lost-update')?.order).toBe('BBAA');
    expect(shortest(found.schedules, (outcome) => outcome === 'deadlock')).toBeUndefined();
  });

  it('stops at its bound, and when its signal is aborted, and is then incomplete', async () => {
    expect(await explore(free([4, 4]), { schedulesMax: 7 })).toMatchObject({
      complete: false,
      schedules: { length: 7 },
    });
    expect(await explore(free([1, 1]), { schedulesMax: 2 })).toMatchObject({ complete: true });
    const stop = new AbortController();
    const progress = (done: number) => (done === 3 ? stop.abort() : undefined);
    expect(
      await explore(free([4, 4]), { schedulesMax: 70, signal: stop.signal, progress }),
    ).toMatchObject({ complete: false, schedules: { length: 3 } });
  });

  it('plays a round that diverged again, and gives up one that always diverges', async () => {
    const once = free([2, 2], (_order, attempt) => {
      if (attempt < 3) throw new ReplayDiverged('slow');
      return round();
    });
    expect(await orders(once)).toHaveLength(6);
    const never = free([1, 1], ([first]) => {
      if (first === 1) throw new ReplayDiverged('slow');
      return round();
    });
    expect(await explore(never, { schedulesMax: 100 })).toMatchObject({
      complete: false,
      unplayable: 1,
      schedules: [{ order: 'AB' }],
    });
  });

  it('draws schedules at random on request, each once', async () => {
    const numbers = [0.9, 0.1, 0.9, 0.1, 0.1, 0.9];
    const found = await explore(free([1, 1]), {
      schedulesMax: 6,
      draw: () => numbers.shift() ?? 0,
    });
    expect(found).toMatchObject({ complete: false });
    expect(found.schedules.map(({ order }) => order)).toEqual(['BA', 'AB']);
  });

  it('rejects with the error of a round', async () => {
    const broken = free([1], () => {
      throw new Error('the database is gone');
    });
    await expect(explore(broken, { schedulesMax: 10 })).rejects.toThrow('the database is gone');
  });
});
