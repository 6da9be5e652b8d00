import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NoVerdict, RequestDeadline } from '@coupon/application';
import type { UserId } from '@coupon/domain';
import { pluginNamed } from '../src/index.js';
import { benchRoom, claim, rush, type BenchRoom } from './bench-room.js';

let room: BenchRoom;
let user: UserId;
beforeAll(async () => {
  room = await benchRoom();
  const [first] = room.users;
  if (first === undefined) throw new Error('the room has users');
  user = first;
}, 60_000);
afterAll(async () => room[Symbol.asyncDispose]());

const kindsOf = (told: readonly (NoVerdict | { readonly kind: string })[]) =>
  [...new Set(told.map(({ kind }) => kind))].sort();

describe.each(['mysql-optimistic', 'mysql-serializable'])('%s', (name) => {
  const prefix = name.toUpperCase().replace('-', '_');

  it('meets conflicts in a rush, and sells out all the same', async () => {
    const terms = await room.coupon(150);
    let runs = 0;
    const meter = {
      observe: (measure: string, value: number) =>
        void (runs += measure === 'section_attempts' ? value : 0),
    };
    const open = () =>
      pluginNamed(name).configure({ [`${prefix}_TRIERS_MAX`]: '8' })({ ...room.resources, meter });
    const told = await rush([await open(), await open()], terms, room.users, 200);
    expect(kindsOf(told)).toEqual(['granted', 'refused']);
    expect(runs).toBeGreaterThan(250); // the plain number is 200
    expect((await room.books(terms)).rows.map((row) => row.ordinal)).toEqual(
      Array.from({ length: 150 }, (_, n) => n + 1),
    );
  }, 60_000);

  it('out of attempts it is contended, with the conflict as the cause, and nothing of it is recorded', async () => {
    const terms = await room.coupon(1_000);
    const strategy = await room.open(name, {
      [`${prefix}_ATTEMPTS_MAX`]: '1',
      [`${prefix}_TRIERS_MAX`]: '8',
    });
    const told = await rush([strategy], terms, room.users, 100);
    expect(kindsOf(told)).toEqual(['contended', 'granted']);
    const causes = new Set(
      told.flatMap((verdict) =>
        verdict instanceof NoVerdict && verdict.cause instanceof Error ? [verdict.cause.name] : [],
      ),
    );
    expect([...causes].every((cause) => cause === 'NoVerdict' || cause === 'StaleSnapshot')).toBe(
      true,
    );
    const granted = told.filter((verdict) => verdict.kind === 'granted').length;
    expect(await room.books(terms)).toMatchObject({ quantity: 1_000 - granted });
    expect((await room.books(terms)).rows).toHaveLength(granted);
  }, 60_000);

  it('the deadline ends the attempts', async () => {
    const terms = await room.coupon(1);
    const { stockStore: books } = room.resources;
    const hopeless = {
      ...books,
      inTransaction: () => Promise.reject(new NoVerdict('deadlocked', 'always the victim')),
    };
    const strategy = await pluginNamed(name).configure({ [`${prefix}_ATTEMPTS_MAX`]: '100000' })({
      ...room.resources,
      stockStore: hopeless,
    });
    using deadline = new RequestDeadline({ nowMs: () => Date.now() }, 300);
    const beganMs = Date.now();
    await expect(claim(strategy, terms, user, undefined, 300)).rejects.toMatchObject({
      kind: 'contended',
    });
    expect(Date.now()).toBeLessThan(deadline.atMs + 1_000);
    expect(Date.now() - beganMs).toBeGreaterThan(200);
  });

  it('keeps each user within the limit, though the counts are plain reads', async () => {
    const terms = await room.coupon(40, 2);
    const told = await rush([await room.open(name), await room.open(name)], terms, room.users, 40);
    expect(kindsOf(told)).toEqual(['granted', 'refused']);
    const { rows } = await room.books(terms);
    for (const one of room.users) expect(rows.filter((row) => row.user_id === one)).toHaveLength(2);
  }, 60_000);
});
