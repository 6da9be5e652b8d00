import { describe, expect, it } from '@jest/globals';
import { Coupon, claimId, couponId, judge, userId, type StockSnapshot } from '@coupon/domain';
import { DuplicateClaim } from './duplicate-claim.js';
import { IssueCoupon, type IssueRequest } from './issue-coupon.js';
import { NoVerdict } from './no-verdict.js';
import type { RecordedGrant } from './ports/grant-archive.js';
import type { IssuanceStrategy } from './ports/issuance-strategy.js';
import { RequestDeadline } from './request-deadline.js';
import { systemClock } from './system-clock.js';

const id = claimId('0a8e1c9e-94b6-4c8a-9b0e-3d2f7b1c6a55');
const facts = {
  id: couponId(1),
  name: 'tea',
  totalQuantity: 2,
  perUserLimit: null,
  opensAtMs: 0,
  closesAtMs: 1_000,
  paused: false,
};
const request: IssueRequest = {
  couponId: couponId(1),
  user: userId(7),
  claimId: id,
  hasIdempotencyKey: true,
};
const row: RecordedGrant = {
  id: 1,
  claimId: id,
  couponId: couponId(1),
  user: userId(7),
  ordinal: 2,
  issuedAtMs: 42,
};
const deadline = { atMs: 1_000, signal: new AbortController().signal };

/** A strategy that judges by `books`, or fails with `error`. */
const strategyOn = (books: StockSnapshot | Error): IssuanceStrategy => ({
  issue: (claim) => {
    if (books instanceof Error) return Promise.reject(books);
    const [verdict] = judge(books, [claim]);
    return verdict === undefined
      ? Promise.reject(new Error('no verdict'))
      : Promise.resolve(verdict);
  },
});
const fresh: StockSnapshot = { taken: 0, held: new Map(), readAtMs: 5 };
const soldOut: StockSnapshot = { ...fresh, taken: 2 };

const useCase = (
  books: StockSnapshot | Error,
  recorded: RecordedGrant | null,
  nowMs = 10,
  quantity = 2,
) => {
  const asked: string[] = [];
  const archive = { find: (claim: string) => Promise.resolve((asked.push(claim), recorded)) };
  const catalog = {
    find: (coupon: number) =>
      Promise.resolve(coupon === 1 ? { coupon: new Coupon(facts), quantity } : null),
  };
  return {
    issue: new IssueCoupon(catalog, strategyOn(books), archive, {
      nowMs: () => nowMs,
      monotonicMs: () => 0,
    }),
    asked,
  };
};

describe('IssueCoupon', () => {
  it('a claim that was granted has its first outcome also when the coupon is deleted', async () => {
    const deleted = { ...request, couponId: couponId(9) };
    const replayed = useCase(fresh, { ...row, couponId: couponId(9) });
    expect(await replayed.issue.issue(deleted, deadline)).toMatchObject({
      kind: 'granted',
      ordinal: 2,
      replayed: true,
    });
    const { issue } = useCase(fresh, null);
    expect(await issue.issue(deleted, deadline)).toEqual({
      kind: 'refused',
      reason: 'NO_SUCH_COUPON',
    });
  });

  it('a first claim is granted without a question to the archive', async () => {
    const { issue, asked } = useCase(fresh, null);
    expect(await issue.issue(request, deadline)).toEqual({
      kind: 'granted',
      couponId: 1,
      claimId: id,
      ordinal: 1,
      issuedAtMs: 5,
      replayed: false,
    });
    expect(asked).toEqual([]);
  });

  it.each([
    ['the strategy found it recorded', new DuplicateClaim([id]), 10],
    ['the coupon is sold out by now', soldOut, 10],
    ['the coupon is closed by now', fresh, 1_000],
    ['the answer to COMMIT was lost, again', new NoVerdict('indeterminate', 'lost'), 43],
  ])('a replay is answered with the first outcome: %s', async (_, books, nowMs) => {
    const { issue } = useCase(books, row, nowMs);
    expect(await issue.issue(request, deadline)).toEqual({
      kind: 'granted',
      couponId: 1,
      claimId: id,
      ordinal: 2,
      issuedAtMs: 42,
      replayed: true,
    });
  });

  it.each([true, false])(
    'the first answer of a claim whose COMMIT was lost is no replay (key: %s)',
    async (hasIdempotencyKey) => {
      const { issue } = useCase(new NoVerdict('indeterminate', 'lost'), row);
      expect(await issue.issue({ ...request, hasIdempotencyKey }, deadline)).toMatchObject({
        kind: 'granted',
        ordinal: 2,
        replayed: false,
      });
    },
  );

  describe('answers by its deadline and a little more', () => {
    const silence = { find: (): Promise<never> => new Promise(() => undefined) };
    const stocked = { find: () => Promise.resolve({ coupon: new Coupon(facts), quantity: 2 }) };
    const lost = strategyOn(new NoVerdict('indeterminate', 'lost'));
    const mute: IssuanceStrategy = { issue: () => new Promise(() => undefined) };
    it.each([
      ['the catalogue', silence, lost, stocked, 'unavailable'],
      ['the strategy', stocked, mute, { find: () => Promise.resolve(null) }, 'indeterminate'],
      ['the lookup of a lost COMMIT', stocked, lost, silence, 'indeterminate'],
      ['the lookup of a refused claim', stocked, strategyOn(soldOut), silence, 'unavailable'],
    ])('though %s hangs', async (_, catalog, strategy, archive, kind) => {
      using soon = new RequestDeadline(systemClock, 100);
      const useCaseThatHangs = new IssueCoupon(
        catalog,
        strategy,
        { find: () => archive.find().then(() => null) },
        { nowMs: () => 10, monotonicMs: () => systemClock.monotonicMs() },
      );
      const beganMs = performance.now();
      await expect(useCaseThatHangs.issue(request, soon)).rejects.toMatchObject({ kind });
      expect(performance.now() - beganMs).toBeLessThan(3_000);
    });
  });

  it.each([
    ['another user', { ...row, user: userId(8) }],
    ['another coupon', { ...row, couponId: couponId(9) }],
  ])('a key used before for %s is refused', async (_, recorded) => {
    expect(
      await useCase(new DuplicateClaim([id]), recorded).issue.issue(request, deadline),
    ).toEqual({ kind: 'refused', reason: 'KEY_REUSED' });
  });

  it('what is known sold out never reaches the strategy, yet a replay is answered', async () => {
    const unreachable = new Error('the strategy was asked');
    expect(await useCase(unreachable, null, 10, 0).issue.issue(request, deadline)).toEqual({
      kind: 'refused',
      reason: 'SOLD_OUT',
    });
    expect(await useCase(unreachable, row, 10, 0).issue.issue(request, deadline)).toMatchObject({
      kind: 'granted',
      ordinal: 2,
      replayed: true,
    });
    const { issue, asked } = useCase(unreachable, row, 10, 0);
    expect(await issue.issue({ ...request, hasIdempotencyKey: false }, deadline)).toEqual({
      kind: 'refused',
      reason: 'SOLD_OUT',
    });
    expect(asked).toEqual([]);
  });

  it('a refusal of a claim whose id the server made is not looked up', async () => {
    const { issue, asked } = useCase(soldOut, row);
    expect(await issue.issue({ ...request, hasIdempotencyKey: false }, deadline)).toEqual({
      kind: 'refused',
      reason: 'SOLD_OUT',
    });
    expect(asked).toEqual([]);
  });

  it('a lost commit without a row stays unknown; every other failure passes as it is', async () => {
    await expect(
      useCase(new NoVerdict('indeterminate', 'lost'), null).issue.issue(request, deadline),
    ).rejects.toMatchObject({ kind: 'indeterminate' });
    await expect(
      useCase(new NoVerdict('contended', 'busy'), row).issue.issue(request, deadline),
    ).rejects.toMatchObject({ kind: 'contended' });
    await expect(
      useCase(new TypeError('bug'), row).issue.issue(request, deadline),
    ).rejects.toBeInstanceOf(TypeError);
  });

  it('an unknown coupon is refused before the strategy is asked', async () => {
    const { issue } = useCase(new Error('must not be asked'), null);
    expect(await issue.issue({ ...request, couponId: couponId(5) }, deadline)).toEqual({
      kind: 'refused',
      reason: 'NO_SUCH_COUPON',
    });
  });
});
