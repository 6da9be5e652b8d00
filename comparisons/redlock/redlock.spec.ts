import { describe, expect, it } from '@jest/globals';
import { loadPlugin } from '@coupon/strategies';

describe('the plugin around redlock', () => {
  it('is loaded by name, as any package is, and reports all faults of its settings', async () => {
    const plugin = await loadPlugin('@coupon/comparison-redlock');
    expect(plugin).toMatchObject({
      name: 'comparison-redlock',
      source: expect.stringMatching(/redlock\.mjs$/),
    });
    const [lease, wait] = ['LEASE_MS', 'WAIT_MS'].map((end) => `COMPARISON_REDLOCK_${end}`);
    expect(() => plugin.configure({ [lease ?? '']: '1', [wait ?? '']: 'long' })).toThrow(
      new RegExp(`${lease}=1: must be .*\n${wait}=long: must be`),
    );
  });
});
