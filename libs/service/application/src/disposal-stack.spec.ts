import { describe, expect, it } from '@jest/globals';
import { DisposalStack, openTogether } from './disposal-stack.js';

const setUp = () => {
  const closed: string[] = [];
  const resource = (name: string, failure?: Error): AsyncDisposable => ({
    [Symbol.asyncDispose]() {
      closed.push(name);
      return failure === undefined ? Promise.resolve() : Promise.reject(failure);
    },
  });
  return { closed, resource };
};

describe('DisposalStack', () => {
  it('closes the last resource first, each one once', async () => {
    const { closed, resource } = setUp();
    const stack = new DisposalStack();
    for (const name of ['pool', 'redis', 'strategy']) stack.use(resource(name));
    await stack[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
    expect(closed).toEqual(['strategy', 'redis', 'pool']);
  });

  it('closes the others when one fails to close, and then throws the first failure', async () => {
    const { closed, resource } = setUp();
    const stack = new DisposalStack();
    stack.use(resource('pool', new Error('second')));
    stack.use(resource('redis'));
    stack.use(resource('strategy', new Error('first')));
    await expect(stack[Symbol.asyncDispose]()).rejects.toThrow('first');
    expect(closed).toEqual(['strategy', 'redis', 'pool']);
  });
});

describe('openTogether', () => {
  it('closes what was open when opening fails half way', async () => {
    const { closed, resource } = setUp();
    const opening = openTogether((stack) => {
      stack.use(resource('pool'));
      return Promise.reject(new Error('no redis'));
    });
    await expect(opening).rejects.toThrow('no redis');
    expect(closed).toEqual(['pool']);
  });

  it('keeps everything open until the result is closed', async () => {
    const { closed, resource } = setUp();
    const opened = await openTogether((stack) => {
      stack.use(resource('pool'));
      return Promise.resolve({ answer: 42 });
    });
    expect([opened.answer, closed]).toEqual([42, []]);
    await opened[Symbol.asyncDispose]();
    expect(closed).toEqual(['pool']);
  });
});
