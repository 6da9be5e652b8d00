import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { statement } from './statement.js';
import {
  ReplayDiverged,
  StatementScheduler,
  type Choose,
  type SilenceLimits,
} from './statement-scheduler.js';

const ok = () => ({ effect: 'ok', read: null });
const first: Choose = ([client = 0]) => client;
const last: Choose = (ready) => ready.at(-1) ?? 0;

/**
 * Clients that send their statements one after the other; the numbers say how long each takes to be
 * answered, in milliseconds.
 */
async function played(
  choose: Choose,
  clients: readonly (readonly number[])[],
  limits: SilenceLimits,
  releases: (client: number, nth: number) => boolean = () => false,
) {
  const scheduler = new StatementScheduler(limits);
  const order: string[] = [];
  const work = clients.map((takesMs, client) =>
    scheduler.run(async () => {
      for (const [nth, ms] of takesMs.entries()) {
        await scheduler.send(
          statement(`${client}.${nth}`, { releases: releases(client, nth) }),
          async () => {
            order.push(`${client}.${nth}`);
            if (ms > 0) await sleep(ms);
          },
          ok,
        );
      }
    }),
  );
  const outcome = await scheduler.play(choose).then(
    () => 'done',
    (error: unknown) => error,
  );
  await Promise.all(work);
  return {
    outcome,
    order,
    blocked: scheduler.steps.filter((step) => step.blocked).map((step) => step.statement),
  };
}

const limits: SilenceLimits = { blockedAfterMs: 30, hungAfterMs: 1_000 };

describe('the statement scheduler', () => {
  it('lets statements through one at a time, in the order that is chosen', async () => {
    expect(
      await played(
        first,
        [
          [0, 0],
          [0, 0],
        ],
        limits,
      ),
    ).toMatchObject({ outcome: 'done', order: ['0.0', '0.1', '1.0', '1.1'], blocked: [] });
    expect(
      (
        await played(
          last,
          [
            [0, 0],
            [0, 0],
          ],
          limits,
        )
      ).order,
    ).toEqual(['1.0', '1.1', '0.0', '0.1']);
  });

  it('lets others pass a blocked one; it counts as blocked if a release came first', async () => {
    const { outcome, order, blocked } = await played(
      first,
      [
        [150, 0],
        [0, 0],
      ],
      limits,
      (client, nth) => client === 1 && nth === 1,
    );
    expect({ outcome, blocked }).toEqual({ outcome: 'done', blocked: ['0.0'] });
    expect(order).toEqual(['0.0', '1.0', '1.1', '0.1']);
  });

  it('diverges when no release did, and lets every statement through to the end', async () => {
    const { outcome, order } = await played(
      first,
      [
        [100, 0],
        [0, 60, 60, 60],
      ],
      limits,
    );
    expect(outcome).toBeInstanceOf(ReplayDiverged);
    expect(order).toHaveLength(6);
  });

  it('counts no statement as blocked while a round trip to the database is as slow', async () => {
    const probe = () => sleep(60);
    expect(
      await played(
        first,
        [
          [100, 0],
          [0, 0],
        ],
        { ...limits, probe },
      ),
    ).toMatchObject({ outcome: 'done', blocked: [], order: ['0.0', '0.1', '1.0', '1.1'] });
  });

  it('diverges when the client whose turn it is does not come, or no client moves', async () => {
    expect((await played(() => null, [[0]], limits)).outcome).toMatchObject({
      message: expect.stringContaining('did not come'),
    });
    expect(
      (await played(first, [[400]], { blockedAfterMs: 10, hungAfterMs: 100 })).outcome,
    ).toMatchObject({ message: expect.stringContaining('no client moved') });
  });

  it('runs statements of no client at once, and refuses a client two at a time', async () => {
    const scheduler = new StatementScheduler(limits);
    expect(await scheduler.send(statement('background'), () => Promise.resolve('ran'), ok)).toBe(
      'ran',
    );
    const twice = scheduler.run(() =>
      Promise.all(
        [1, 2].map((n) => scheduler.send(statement(String(n)), () => Promise.resolve(n), ok)),
      ),
    );
    await expect(twice).rejects.toThrow('while another statement of its own was under way');
    scheduler.letAllThrough();
    expect(scheduler.steps.map((step) => step.statement)).toEqual([]);
  });
});
