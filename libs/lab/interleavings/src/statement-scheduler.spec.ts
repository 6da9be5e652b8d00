import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { statement } from './statement.js';
import {
  ReplayDiverged,
  StatementScheduler,
  type Choose,
  type Patience,
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
  patience: Patience,
  releases: (client: number, nth: number) => boolean = () => false,
) {
  const turnstile = new StatementScheduler(patience);
  const order: string[] = [];
  const work = clients.map((takesMs, client) =>
    turnstile.run(async () => {
      for (const [nth, ms] of takesMs.entries()) {
        await turnstile.send(
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
  const outcome = await turnstile.play(choose).then(
    () => 'done',
    (error: unknown) => error,
  );
  await Promise.all(work);
  return {
    outcome,
    order,
    blocked: turnstile.steps.filter((step) => step.blocked).map((step) => step.statement),
  };
}

const patience: Patience = { blockedAfterMs: 30, hungAfterMs: 1_000 };

describe('the turnstile', () => {
  it('lets statements through one at a time, in the order that is chosen', async () => {
    expect(
      await played(
        first,
        [
          [0, 0],
          [0, 0],
        ],
        patience,
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
          patience,
        )
      ).order,
    ).toEqual(['1.0', '1.1', '0.0', '0.1']);
  });

  it('goes on with the others while one is blocked, and believes it when somebody let go of something before its answer', async () => {
    const { outcome, order, blocked } = await played(
      first,
      [
        [150, 0],
        [0, 0],
      ],
      patience,
      (client, nth) => client === 1 && nth === 1,
    );
    expect({ outcome, blocked }).toEqual({ outcome: 'done', blocked: ['0.0'] });
    expect(order).toEqual(['0.0', '1.0', '1.1', '0.1']);
  });

  it('calls it misjudged when nobody did, and lets everybody through to the end', async () => {
    const { outcome, order } = await played(
      first,
      [
        [100, 0],
        [0, 60, 60, 60],
      ],
      patience,
    );
    expect(outcome).toBeInstanceOf(ReplayDiverged);
    expect(order).toHaveLength(6);
  });

  it('takes nothing for blocked while the way to the database is as slow', async () => {
    const probe = () => sleep(60);
    expect(
      await played(
        first,
        [
          [100, 0],
          [0, 0],
        ],
        { ...patience, probe },
      ),
    ).toMatchObject({ outcome: 'done', blocked: [], order: ['0.0', '0.1', '1.0', '1.1'] });
  });

  it('gives up when the one whose turn it is does not come, or nobody moves', async () => {
    expect((await played(() => null, [[0]], patience)).outcome).toMatchObject({
      message: expect.stringContaining('did not come'),
    });
    expect(
      (await played(first, [[400]], { blockedAfterMs: 10, hungAfterMs: 100 })).outcome,
    ).toMatchObject({ message: expect.stringContaining('nobody moved') });
  });

  it('lets through at once what belongs to no client, and refuses two statements of one at the same time', async () => {
    const turnstile = new StatementScheduler(patience);
    expect(await turnstile.send(statement('background'), () => Promise.resolve('ran'), ok)).toBe(
      'ran',
    );
    const twice = turnstile.run(() =>
      Promise.all(
        [1, 2].map((n) => turnstile.send(statement(String(n)), () => Promise.resolve(n), ok)),
      ),
    );
    await expect(twice).rejects.toThrow('while another statement of its own was under way');
    turnstile.letAllThrough();
    expect(turnstile.steps.map((step) => step.statement)).toEqual([]);
  });
});
