import { describe, expect, it } from '@jest/globals';
import { pluginNamed } from '@coupon/strategies';
import { beginExamination } from '../src/examine.js';
import { scenarios } from '../src/scenarios/index.js';

const paused = scenarios.filter(({ name }) => name === 'paused-holder');

describe('a lock in Redis, fenced by version, whose holder is stopped past its lease', () => {
  it.each([
    ['redis-spin-lock', 'REDIS_SPIN_LOCK_FENCED'],
    ['redis-pubsub-lock', 'REDIS_PUBSUB_LOCK_FENCED'],
    ['redis-queue-lock', 'REDIS_QUEUE_LOCK_FENCED'],
  ])(
    '%s with %s issues no coupon twice, as it does without',
    async (name, variable) => {
      const plugin = pluginNamed(name);
      await using examination = await beginExamination(
        { ...plugin, guarantees: { ...plugin.guarantees, survivesPausedHolder: true } },
        { [variable]: 'true' },
      );
      const [report] = await Promise.all(paused.map((scenario) => examination.report(scenario)));
      expect(report?.breaches).toEqual([]);
    },
    300_000,
  );
});
