import { describe, expect, it } from '@jest/globals';
import { Coupon, couponId } from '@coupon/domain';
import { cachedCatalog } from './cached-catalog.js';
import { NoVerdict } from './no-verdict.js';

const stocked = (id: number) => ({
  quantity: 1,
  coupon: new Coupon({
    id: couponId(id),
    name: 'tea',
    totalQuantity: 1,
    perUserLimit: null,
    opensAtMs: 0,
    closesAtMs: 1,
    paused: false,
  }),
});

const setUp = (answer: (id: number) => Promise<ReturnType<typeof stocked> | null>) => {
  const now = { ms: 0 };
  const asked: number[] = [];
  const counted: string[] = [];
  const catalog = cachedCatalog(
    { find: (id) => (asked.push(id), answer(id)) },
    { monotonicMs: () => now.ms },
    { count: (event) => counted.push(event) },
    { staleMs: 100, staleWhenDownMs: 1_000, entriesMax: 2 },
  );
  return { now, asked, counted, find: (id: number) => catalog.find(couponId(id)) };
};

describe('cachedCatalog', () => {
  it('asks once within staleMs, also for many at the same time, and again after it', async () => {
    const { now, asked, find } = setUp((id) => Promise.resolve(stocked(id)));
    await Promise.all([find(1), find(1), find(1)]);
    now.ms = 99;
    await find(1);
    expect(asked).toEqual([1]);
    now.ms = 100;
    await find(1);
    expect(asked).toEqual([1, 1]);
  });

  it('remembers neither failures nor absent coupons', async () => {
    const { asked, find } = setUp((id) =>
      id === 1 ? Promise.resolve(null) : Promise.reject(new Error('down')),
    );
    expect(await find(1)).toBeNull();
    await find(1);
    await expect(find(2)).rejects.toThrow('down');
    await expect(find(2)).rejects.toThrow('down');
    expect(asked).toEqual([1, 1, 2, 2]);
  });

  it('holds no more than entriesMax', async () => {
    const { asked, find } = setUp((id) => Promise.resolve(stocked(id)));
    for (const id of [1, 2, 3, 3, 2, 1]) await find(id);
    expect(asked).toEqual([1, 2, 3, 1]);
  });

  const down = () => Promise.reject(new NoVerdict('unavailable', 'down'));

  it('repeats its last answer while the catalogue is away, to staleWhenDownMs', async () => {
    let answer = (id: number) => Promise.resolve(stocked(id));
    const { now, asked, counted, find } = setUp((id) => answer(id));
    const first = await find(1);
    answer = down;
    now.ms = 100;
    expect(await find(1)).toBe(first);
    now.ms = 199;
    expect(await find(1)).toBe(first);
    now.ms = 1_099;
    expect(await find(1)).toBe(first);
    expect(counted).toEqual(['catalog_stale', 'catalog_stale']);
    expect(asked).toEqual([1, 1, 1]);
    now.ms = 1_199;
    await expect(find(1)).rejects.toBeInstanceOf(NoVerdict);
    answer = (id) => Promise.resolve(stocked(id));
    expect(await find(1)).not.toBe(first);
  });

  it('answers soon while the catalogue hangs, asks once, and takes a late answer', async () => {
    let respond: (found: ReturnType<typeof stocked>) => void = () => undefined;
    let answer = (id: number) => Promise.resolve(stocked(id));
    const { now, asked, find } = setUp((id) => answer(id));
    const first = await find(1);
    answer = () => new Promise((resolve) => (respond = resolve));
    now.ms = 500;
    expect(await find(1)).toBe(first);
    now.ms = 800;
    expect(await find(1)).toBe(first);
    expect(asked).toEqual([1, 1]);
    const late = stocked(1);
    respond(late);
    answer = down;
    await Promise.resolve();
    now.ms = 850;
    expect(await find(1)).toBe(late);
  });

  it('does not answer an error that is a bug from the last answer', async () => {
    let answer = (id: number) => Promise.resolve(stocked(id));
    const { now, find } = setUp((id) => answer(id));
    await find(1);
    answer = () => Promise.reject(new Error('bug'));
    now.ms = 100;
    await expect(find(1)).rejects.toThrow('bug');
    answer = (id) => Promise.resolve(stocked(id));
    await expect(find(1)).resolves.toBeTruthy();
  });
});
