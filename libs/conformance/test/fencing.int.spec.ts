import { describe, expect, it } from '@jest/globals';
import { pluginNamed } from '@coupon/strategies';
import { beginExamination } from '../src/examine.js';
import { trials } from '../src/trials/index.js';

const paused = trials.filter(({ name }) => name === 'paused-holder');

describe.each(['redis-spin-lock', 'redis-pubsub-lock', 'redis-queue-lock'])('%s, fenced by the version', (name) => {
  it('stays right when its holder is stopped past its lease, as the plain lease does not', async () => {
    const plugin = pluginNamed(name);
    expect(plugin.guarantees.survivesPausedHolder).toBe(false);
    const fenced = { ...plugin, guarantees: { ...plugin.guarantees, survivesPausedHolder: true } };
    await using examination = await beginExamination(fenced, { [`${name.toUpperCase().replaceAll('-', '_')}_FENCED`]: 'true' });
    expect(paused).toHaveLength(1);
    for (const trial of paused) expect((await examination.report(trial)).breaches).toEqual([]);
  }, 120_000);
});
