import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DuplicateClaim, NoVerdict, type IssuanceStrategy } from '@coupon/application';
import { claimId } from '@coupon/domain';
import { errnoOf } from '@coupon/mysql';
import { pluginNamed } from '../src/index.js';
import { chosenStrategy, claim, rush, strategyFixture } from './fixture.js';

const fixture = strategyFixture();

/** What a strategy guarantees, of the one named by CONFORMANCE_STRATEGY. nx runs it for each. */
const { name, guarantees } = pluginNamed(chosenStrategy);

/** As many instances as the strategy says it can keep apart. */
const openAll = (): Promise<IssuanceStrategy[]> =>
  Promise.all(
    Array.from({ length: guarantees.acrossProcesses || !guarantees.neverOverIssues ? 2 : 1 }, () =>
      fixture.open(name),
    ),
  );

describe(name, () => {
  it('every grant that was answered has its row, with the ordinal that was told', async () => {
    const terms = await fixture.coupon(200);
    const verdicts = await rush([await fixture.open(name)], terms, fixture.users, 300);
    const { rows } = await fixture.rowsOf(terms);
    const told = verdicts.flatMap((verdict) =>
      !(verdict instanceof Error) && verdict.kind === 'granted'
        ? [`${verdict.claim.id} ${verdict.ordinal}`]
        : [],
    );
    expect(told.length).toBeGreaterThan(0);
    expect(rows.map((row) => `${row.claim_id} ${row.ordinal}`).sort()).toEqual(told.sort());
  });

  it('a replay is recognized and recorded once', async () => {
    const terms = await fixture.coupon(5);
    const strategy = await fixture.open(name);
    const id = claimId(randomUUID());
    expect(await claim(strategy, terms, fixture.user, id)).toMatchObject({
      kind: 'granted',
      ordinal: 1,
    });
    await expect(claim(strategy, terms, fixture.user, id)).rejects.toBeInstanceOf(DuplicateClaim);
    expect(await fixture.rowsOf(terms)).toMatchObject({ quantity: 4, rows: [{ claim_id: id }] });
  });

  it('one after the other, even the last coupon and the limit are right', async () => {
    const terms = await fixture.coupon(3, 2);
    const strategy = await fixture.open(name);
    const a = fixture.user;
    const b = fixture.users.find((other) => other !== a) ?? a;
    const told: unknown[] = [];
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
      const strategies = await openAll();
      const terms = await fixture.coupon(1_000);
      const verdicts = await rush(strategies, terms, fixture.users, 400);
      const { quantity, rows } = await fixture.rowsOf(terms);
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

if (guarantees.neverOverIssues)
  describe(`${name} with as many instances as it keeps apart`, () => {
    it('issues exactly what there is, numbered 1..N, and says sold out to the rest', async () => {
      const terms = await fixture.coupon(100);
      const verdicts = await rush(await openAll(), terms, fixture.users, 300);
      const { quantity, rows } = await fixture.rowsOf(terms);
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
      const terms = await fixture.coupon(100, 3);
      await rush(await openAll(), terms, fixture.users, 100);
      const { rows } = await fixture.rowsOf(terms);
      expect(rows).toHaveLength(fixture.users.length * 3);
      for (const user of fixture.users)
        expect(rows.filter((row) => row.user_id === user)).toHaveLength(3);
    }, 60_000);
  });
