import { judge, type Claim, type StockSnapshot, type Verdict } from '@coupon/domain';

/**
 * The verdict on a claim that an engine (SQL, Lua) has already decided where the data lives. The
 * engine testifies: `seen` are the books as they stood before the claim, `took` whether it issued.
 * The law judges the same books; where the two disagree, one of them is wrong, so this throws a
 * plain Error (a bug, not NoVerdict): inside a transaction that also rolls back.
 */
export function crossCheck(claim: Claim, seen: StockSnapshot, took: boolean): Verdict {
  const [verdict] = judge(seen, [claim]);
  if (verdict === undefined || (verdict.kind === 'granted') !== took) {
    const { totalQuantity, perUserLimit: perUserLimit } = claim.terms;
    const books = `${seen.taken} of ${totalQuantity} taken, ${seen.held.get(claim.user) ?? 0} held of ${perUserLimit ?? 'any number'}`;
    throw new Error(
      `engine and law disagree on claim ${claim.id}: ${books}, engine ${took ? 'issued' : 'refused'}`,
    );
  }
  return verdict;
}
