import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DuplicateClaim, NoVerdict, type IssuanceStrategy } from '@coupon/application';
import { claimId, type UserId } from '@coupon/domain';
import { errnoOf } from '@coupon/mysql';
import { pluginNamed, plugins } from '../src/index.js';
import { benchRoom, claim, rush, type BenchRoom } from './bench-room.js';

let room: BenchRoom;
beforeAll(async () => {
  room = await benchRoom();
}, 60_000);
afterAll(async () => room[Symbol.asyncDispose]());

const someone = (): UserId => {
  const [user] = room.users;
  if (user === undefined) throw new Error('the room has users');
  return user;
};

const safe = plugins.filter((plugin) => plugin.guarantees.neverOverIssues);
/** As many instances as the strategy says it can keep apart. */
const openAll = async (name: string): Promise<IssuanceStrategy[]> => {
  const { guarantees } = pluginNamed(name);
  return Promise.all(
    Array.from({ length: guarantees.acrossProcesses || !guarantees.neverOverIssues ? 2 : 1 }, () =>
      room.open(name),
    ),
  );
};

for (const { name, guarantees } of plugins) {
  describe(name, () => {
    it('every grant that was answered has its row, with the ordinal that was told', async () => {
      const terms = await room.coupon(200);
      const verdicts = await rush([await room.open(name)], terms, room.users, 300);
      const { rows } = await room.books(terms);
      const told = verdicts.flatMap((verdict) =>
        !(verdict instanceof Error) && verdict.kind === 'granted'
          ? [`${verdict.claim.id} ${verdict.ordinal}`]
          : [],
      );
      expect(told.length).toBeGreaterThan(0);
      expect(rows.map((row) => `${row.claim_id} ${row.ordinal}`).sort()).toEqual(told.sort());
    });

    it('a replay is recognised and recorded once', async () => {
      const terms = await room.coupon(5);
      const strategy = await room.open(name);
      const id = claimId(randomUUID());
      expect(await claim(strategy, terms, someone(), id)).toMatchObject({
        kind: 'granted',
        ordinal: 1,
      });
      await expect(claim(strategy, terms, someone(), id)).rejects.toBeInstanceOf(DuplicateClaim);
      expect(await room.books(terms)).toMatchObject({ quantity: 4, rows: [{ claim_id: id }] });
    });

    it('one after the other, even the last coupon and the limit are right', async () => {
      const terms = await room.coupon(3, 2);
      const strategy = await room.open(name);
      const [a, b] = [room.users[0] ?? someone(), room.users[1] ?? someone()];
      const told = [];
      for (const user of [a, a, a, b, b]) {
        const verdict = await claim(strategy, terms, user);
        told.push(verdict.kind === 'granted' ? verdict.ordinal : verdict.refusal);
      }
      expect(told).toEqual([1, 2, 'LIMIT_REACHED', 3, 'SOLD_OUT']);
    });

    it(
      guarantees.neverLosesUpdates
        ? 'loses no update'
        : 'loses updates and deadlocks (errno 1213) under a rush',
      async () => {
        const strategies = await openAll(name);
        const terms = await room.coupon(1_000);
        const verdicts = await rush(strategies, terms, room.users, 400);
        const { quantity, rows } = await room.books(terms);
        const lost = quantity - (1_000 - rows.length);
        const deadlocks = verdicts.filter(
          (verdict) => verdict instanceof NoVerdict && verdict.kind === 'deadlocked',
        );
        if (guarantees.neverLosesUpdates) {
          expect({ lost, deadlocks: deadlocks.length, issued: rows.length }).toEqual({
            lost: 0,
            deadlocks: 0,
            issued: 400,
          });
          return;
        }
        expect(lost).toBeGreaterThan(0);
        expect(deadlocks.length).toBeGreaterThan(0);
        expect(
          new Set(
            deadlocks.map((error) => errnoOf(error instanceof Error ? error.cause : undefined)),
          ),
        ).toEqual(new Set([1213]));
        expect(new Set(rows.map((row) => row.ordinal)).size).toBeLessThan(rows.length);
      },
      60_000,
    );
  });
}

describe.each(safe.map(({ name }) => name))(
  '%s with as many instances as it keeps apart',
  (name) => {
    it('issues exactly what there is, numbered 1..N once each, and says sold out to the rest', async () => {
      const terms = await room.coupon(100);
      const verdicts = await rush(await openAll(name), terms, room.users, 300);
      const { quantity, rows } = await room.books(terms);
      expect(quantity).toBe(0);
      expect(rows.map((row) => row.ordinal)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
      expect(
        verdicts.filter(
          (verdict) =>
            !(verdict instanceof Error) &&
            verdict.kind === 'refused' &&
            verdict.refusal === 'SOLD_OUT',
        ),
      ).toHaveLength(200);
    }, 60_000);

    it('keeps every user within the limit', async () => {
      const terms = await room.coupon(100, 3);
      await rush(await openAll(name), terms, room.users, 100);
      const { rows } = await room.books(terms);
      expect(rows).toHaveLength(room.users.length * 3);
      for (const user of room.users)
        expect(rows.filter((row) => row.user_id === user)).toHaveLength(3);
    }, 60_000);
  },
);
