import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { openProxies } from './open-proxies.js';

/** How many TCP servers of this process are open; a closed one is gone a turn later. */
async function listening(): Promise<number> {
  await nextTurn();
  return process.getActiveResourcesInfo().filter((resource) => resource === 'TCPServerWrap').length;
}

describe('two proxies', () => {
  it('close together', async () => {
    const before = await listening();
    const proxies = await openProxies('mysql://db.example/a', 'redis://redis.example');
    expect(await listening()).toBe(before + 2);
    await proxies[Symbol.asyncDispose]();
    expect(await listening()).toBe(before);
  });

  it('leave none behind when the second cannot open', async () => {
    const before = await listening();
    await expect(openProxies('mysql://db.example/a', 'no address')).rejects.toThrow();
    expect(await listening()).toBe(before);
  });
});
