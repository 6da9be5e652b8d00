import { judge, type Claim, type StockSnapshot, type Verdict } from '@coupon/domain';

/**
 * The verdict on a claim that an engine (SQL, Lua) has already decided where the data lives. `seen`
 * is the stock that the engine saw before the claim, `issued` whether it issued. The law judges the
 * same stock; if the two disagree, one of them is wrong, so this throws a plain Error (a bug, not
 * NoVerdict), which also rolls back a transaction around it.
 */
export function crossCheck(claim: Claim, seen: StockSnapshot, issued: boolean): Verdict {
  const [verdict] = judge(seen, [claim]);
  if (verdict === undefined || (verdict.kind === 'granted') !== issued) {
    const { totalQuantity, perUserLimit } = claim.terms;
    const stock =
      `${seen.taken} of ${totalQuantity} taken, ` +
      `${seen.held.get(claim.user) ?? 0} held of ${perUserLimit ?? 'any number'}`;
    throw new Error(
      `engine and law disagree on claim ${claim.id}: ` +
        `${stock}, engine ${issued ? 'issued' : 'refused'}`,
    );
  }
  return verdict;
}
