import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judge, type Claim, type StockSnapshot, type Terms } from './allotment.js';
import { claimId, couponId, userId } from './ids.js';

const uuid = (n: number) => claimId(`00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`);
const claimsOf = (terms: Terms, users: readonly number[]): Claim[] =>
  users.map((user, n) => ({ id: uuid(n), terms, user: userId(user) }));

const scenario = fc.record({
  totalQuantity: fc.integer({ min: 1, max: 30 }),
  perUserLimit: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
  users: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 60 }),
  taken: fc.nat({ max: 35 }),
});

describe('the law', () => {
  it('grants just what is left, numbers it without a gap, keeps everyone within the limit', () => {
    fc.assert(
      fc.property(scenario, ({ totalQuantity, perUserLimit, users, taken }) => {
        const terms: Terms = { couponId: couponId(1), totalQuantity, perUserLimit };
        const stock: StockSnapshot = { taken, held: new Map(), readAtMs: 5 };
        const verdicts = judge(stock, claimsOf(terms, users));
        const grants = verdicts.filter((verdict) => verdict.kind === 'granted');
        expect(verdicts.map((verdict) => verdict.claim.id)).toEqual(users.map((_, n) => uuid(n)));
        expect(grants.map((grant) => grant.ordinal)).toEqual(grants.map((_, n) => taken + n + 1));
        expect(taken + grants.length).toBeLessThanOrEqual(Math.max(totalQuantity, taken));
        if (perUserLimit !== null) {
          for (const user of new Set(users))
            expect(grants.filter((grant) => grant.claim.user === user).length).toBeLessThanOrEqual(
              perUserLimit,
            );
        }
        for (const verdict of verdicts) {
          if (verdict.kind === 'refused' && verdict.refusal === 'SOLD_OUT')
            expect(taken + grants.length).toBeGreaterThanOrEqual(totalQuantity);
        }
      }),
    );
  });

  it('judges a batch as it would judge its claims one after the other', () => {
    fc.assert(
      fc.property(scenario, ({ totalQuantity, perUserLimit, users, taken }) => {
        const terms: Terms = { couponId: couponId(1), totalQuantity, perUserLimit };
        const held = new Map<ReturnType<typeof userId>, number>();
        let takenNow = taken;
        const oneByOne = claimsOf(terms, users).map((claim) => {
          const [verdict] = judge({ taken: takenNow, held, readAtMs: 0 }, [claim]);
          if (verdict?.kind === 'granted') {
            takenNow += 1;
            held.set(claim.user, (held.get(claim.user) ?? 0) + 1);
          }
          return verdict;
        });
        expect(judge({ taken, held: new Map(), readAtMs: 0 }, claimsOf(terms, users))).toEqual(
          oneByOne,
        );
      }),
    );
  });

  it('says sold out before limit reached, and dates a grant by the reading of the stock', () => {
    const terms: Terms = { couponId: couponId(1), totalQuantity: 1, perUserLimit: 1 };
    const [claim] = claimsOf(terms, [1]);
    if (claim === undefined) throw new Error('one claim was made');
    expect(
      judge({ taken: 1, held: new Map([[userId(1), 1]]), readAtMs: 0 }, [claim]),
    ).toMatchObject([{ kind: 'refused', refusal: 'SOLD_OUT' }]);
    expect(
      judge({ taken: 0, held: new Map([[userId(1), 1]]), readAtMs: 0 }, [claim]),
    ).toMatchObject([{ kind: 'refused', refusal: 'LIMIT_REACHED' }]);
    expect(judge({ taken: 0, held: new Map(), readAtMs: 77 }, [claim])).toMatchObject([
      { kind: 'granted', ordinal: 1, issuedAtMs: 77 },
    ]);
  });

  it('goes by the total that was read, which may be newer than the terms', () => {
    const terms: Terms = { couponId: couponId(1), totalQuantity: 5, perUserLimit: null };
    const kindsAt = (totalQuantity: number) =>
      judge({ taken: 5, totalQuantity, held: new Map(), readAtMs: 5 }, claimsOf(terms, [1, 2])).map(
        ({ kind }) => kind,
      );
    expect(kindsAt(6)).toEqual(['granted', 'refused']);
    expect(kindsAt(4)).toEqual(['refused', 'refused']);
  });

  it('gives no number again that was given to a coupon that came back', () => {
    const terms: Terms = { couponId: couponId(1), totalQuantity: 5, perUserLimit: null };
    const stock: StockSnapshot = { taken: 3, lastOrdinal: 5, held: new Map(), readAtMs: 5 };
    expect(
      judge(stock, claimsOf(terms, [1, 2, 3])).map((verdict) =>
        verdict.kind === 'granted' ? verdict.ordinal : verdict.refusal,
      ),
    ).toEqual([6, 7, 'SOLD_OUT']);
  });
});
