import { describe, expect, it } from '@jest/globals';
import { Coupon, couponId } from '@coupon/domain';
import { cachedCatalog } from './cached-catalog.js';

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
  const catalog = cachedCatalog(
    { find: (id) => (asked.push(id), answer(id)) },
    { monotonicMs: () => now.ms },
    { staleMs: 100, entriesMax: 2 },
  );
  return { now, asked, find: (id: number) => catalog.find(couponId(id)) };
};

describe('cachedCatalog', () => {
  it('asks once within staleMs, also when many ask at the same time, and again after it', async () => {
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
});
