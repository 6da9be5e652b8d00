import { describe, expect, it } from '@jest/globals';
import { NoVerdict, type Deadline } from '@coupon/application';
import { BoundedSemaphore, KeyedSemaphore } from './semaphore.js';

const deadlineWith = (signal: AbortSignal): Deadline => ({ atMs: 0, signal });
const never = deadlineWith(new AbortController().signal);

/** Work that ends when the test says so. */
const held = () => {
  let end: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (end = resolve));
  return { work: () => done, end };
};

describe('BoundedSemaphore', () => {
  it('runs no more at once than it may, and the others in the order of arrival', async () => {
    const semaphore = new BoundedSemaphore('test', { concurrencyMax: 2, queueMax: 10 });
    const order: number[] = [];
    let inside = 0;
    let most = 0;
    await Promise.all(
      [0, 1, 2, 3, 4, 5].map((n) =>
        semaphore.run(async () => {
          order.push(n);
          most = Math.max(most, (inside += 1));
          await new Promise(setImmediate);
          inside -= 1;
        }, never),
      ),
    );
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  it('rejects further callers when the queue is full', async () => {
    const semaphore = new BoundedSemaphore('test', { concurrencyMax: 1, queueMax: 1 });
    const first = held();
    const inside = semaphore.run(first.work, never);
    const second = semaphore.run(() => Promise.resolve('in'), never);
    await expect(semaphore.run(() => Promise.resolve('in'), never)).rejects.toMatchObject({
      kind: 'unavailable',
    });
    first.end();
    await inside;
    expect(await second).toBe('in');
  });

  it('a caller past its deadline leaves the queue, and its work never runs', async () => {
    const semaphore = new BoundedSemaphore('test', { concurrencyMax: 1, queueMax: 5 });
    const first = held();
    const inside = semaphore.run(first.work, never);
    const caller = new AbortController();
    let ran = false;
    const late = semaphore.run(() => Promise.resolve((ran = true)), deadlineWith(caller.signal));
    const next = semaphore.run(() => Promise.resolve('next'), never);
    caller.abort();
    await expect(late).rejects.toBeInstanceOf(NoVerdict);
    await expect(late).rejects.toMatchObject({ kind: 'contended' });
    first.end();
    await inside;
    expect(await next).toBe('next');
    expect(ran).toBe(false);
  });

  it('releases the permit when the work throws', async () => {
    const semaphore = new BoundedSemaphore('test', { concurrencyMax: 1, queueMax: 0 });
    await expect(semaphore.run(() => Promise.reject(new Error('work')), never)).rejects.toThrow(
      'work',
    );
    expect(await semaphore.run(() => Promise.resolve('in'), never)).toBe('in');
  });
});

describe('KeyedSemaphore', () => {
  it('contention on one key delays no other, and no semaphore outlives its use', async () => {
    const semaphores = new KeyedSemaphore<string>('test', { concurrencyMax: 1, queueMax: 1 });
    const first = held();
    const inside = semaphores.run('a', first.work, never);
    const waiting = semaphores.run('a', () => Promise.resolve('waited'), never);
    expect(await semaphores.run('b', () => Promise.resolve('at once'), never)).toBe('at once');
    await expect(semaphores.run('a', () => Promise.resolve(), never)).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(semaphores.size).toBe(1);
    expect([semaphores.waiting('a'), semaphores.waiting('b')]).toEqual([1, 0]);
    first.end();
    await inside;
    expect(await waiting).toBe('waited');
    expect(semaphores.size).toBe(0);
  });
});
