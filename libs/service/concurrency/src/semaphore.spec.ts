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
  it('lets no more in than it may, and the others in the order they came', async () => {
    const gate = new BoundedSemaphore('test', { concurrencyMax: 2, queueMax: 10 });
    const order: number[] = [];
    let inside = 0;
    let most = 0;
    await Promise.all(
      [0, 1, 2, 3, 4, 5].map((n) =>
        gate.run(async () => {
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

  it('turns newcomers away when the line is full', async () => {
    const gate = new BoundedSemaphore('test', { concurrencyMax: 1, queueMax: 1 });
    const first = held();
    const inside = gate.run(first.work, never);
    const second = gate.run(() => Promise.resolve('in'), never);
    await expect(gate.run(() => Promise.resolve('in'), never)).rejects.toMatchObject({
      kind: 'unavailable',
    });
    first.end();
    await inside;
    expect(await second).toBe('in');
  });

  it('who waits past the deadline leaves the line and never runs', async () => {
    const gate = new BoundedSemaphore('test', { concurrencyMax: 1, queueMax: 5 });
    const first = held();
    const inside = gate.run(first.work, never);
    const patience = new AbortController();
    let ran = false;
    const late = gate.run(() => Promise.resolve((ran = true)), deadlineWith(patience.signal));
    const next = gate.run(() => Promise.resolve('next'), never);
    patience.abort();
    await expect(late).rejects.toBeInstanceOf(NoVerdict);
    await expect(late).rejects.toMatchObject({ kind: 'contended' });
    first.end();
    await inside;
    expect(await next).toBe('next');
    expect(ran).toBe(false);
  });

  it('gives the place back when the work throws', async () => {
    const gate = new BoundedSemaphore('test', { concurrencyMax: 1, queueMax: 0 });
    await expect(gate.run(() => Promise.reject(new Error('work')), never)).rejects.toThrow('work');
    expect(await gate.run(() => Promise.resolve('in'), never)).toBe('in');
  });
});

describe('KeyedSemaphore', () => {
  it('a crowd before one key does not hold up another, and no gate outlives its use', async () => {
    const gates = new KeyedSemaphore<string>('test', { concurrencyMax: 1, queueMax: 1 });
    const first = held();
    const inside = gates.run('a', first.work, never);
    const waiting = gates.run('a', () => Promise.resolve('waited'), never);
    expect(await gates.run('b', () => Promise.resolve('at once'), never)).toBe('at once');
    await expect(gates.run('a', () => Promise.resolve(), never)).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(gates.size).toBe(1);
    expect([gates.waiting('a'), gates.waiting('b')]).toEqual([1, 0]);
    first.end();
    await inside;
    expect(await waiting).toBe('waited');
    expect(gates.size).toBe(0);
  });
});
