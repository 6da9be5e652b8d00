import { expectedRemaining, type Schedule, type Step } from '@coupon/results';

/** The column that claims race for: it is read, computed with and written back. */
const COLUMN = 'quantity';

/** A transaction of one client as its steps show it. */
interface Transaction {
  readonly client: number;
  readonly reads: readonly Step[];
  readonly writes: readonly Step[];
  /**
   * When what it wrote could first be seen by others: its COMMIT, or the write itself where there
   * was no BEGIN.
   */
  readonly commit: Step;
}

/** A write computed from a stale read, and the other client's write that it destroys. */
export interface Overwrite {
  /** The read that is stale by the time of the write. */
  readonly read: Step;
  /** The write computed from it. */
  readonly write: Step;
  /** The other client's write that is lost. */
  readonly lost: Step;
}

/** A committed value of the coupon's row, and when it was committed. */
export interface RowValue {
  readonly atMs: number;
  /** Null where the steps do not tell it. */
  readonly value: number | null;
  /** The step that committed it; null for the first value. */
  readonly by: Step | null;
}

/** True when the step failed or matched no row. */
export const hadNoEffect = ({ effect }: Step): boolean =>
  effect.startsWith('errno') || effect === '0 rows';

const touches = (values: Step['valueRead']): boolean => values !== null && COLUMN in values;

/** The committed transactions that read or wrote the column, by client. */
function transactionsOf({ steps, told }: Schedule): readonly Transaction[] {
  return told.flatMap((_, client) => {
    const found: Transaction[] = [];
    let isOpen = false;
    let own: Step[] = [];
    const end = (commit: Step): void => {
      const done = own.filter((step) => !hadNoEffect(step));
      found.push({
        client,
        reads: done.filter((step) => touches(step.valueRead)),
        writes: done.filter((step) => touches(step.valueWritten)),
        commit,
      });
      own = [];
    };
    for (const step of steps.filter((one) => one.client === client)) {
      if (/^(BEGIN|START TRANSACTION)/.test(step.statement)) {
        isOpen = true;
        own = [];
      } else if (step.statement === 'COMMIT' && !hadNoEffect(step)) {
        isOpen = false;
        end(step);
      } else if (step.statement === 'ROLLBACK') {
        isOpen = false;
        own = [];
      } else {
        own.push(step);
        if (!isOpen) end(step);
      }
    }
    return found.filter(({ reads, writes }) => reads.length > 0 || writes.length > 0);
  });
}

const isAbsolute = ({ valueWritten }: Step): boolean => typeof valueWritten?.[COLUMN] === 'number';

/** The writes computed from a read that another client's commit had made stale. */
export function overwritesIn(schedule: Schedule): readonly Overwrite[] {
  const transactions = transactionsOf(schedule);
  const shownBy = new Map(rowValuesOf(schedule).map(({ by, value }) => [by, value]));
  return transactions.flatMap(({ client, reads, writes }) =>
    writes.filter(isAbsolute).flatMap((write) => {
      const read = reads.findLast((one) => one.answeredAtMs <= write.atMs);
      if (read === undefined) return [];
      // A locking read is often answered before the COMMIT that it waited for: only the value tells
      // whether it saw what that wrote.
      const unseen = ({ commit }: Transaction): boolean =>
        commit.answeredAtMs > read.answeredAtMs &&
        commit.atMs < write.answeredAtMs &&
        shownBy.get(commit) !== read.valueRead?.[COLUMN];
      return transactions
        .filter((one) => one.client !== client && unseen(one))
        .flatMap((other) => other.writes.slice(-1).map((lost) => ({ read, write, lost })));
    }),
  );
}

const after = (
  before: number | null,
  written: string | number | null | undefined,
): number | null => {
  if (typeof written === 'number') return written;
  const less = /^quantity - (\d+)$/.exec(String(written))?.[1];
  return less === undefined || before === null ? null : before - Number(less);
};

/**
 * The stock at first. Where the outcome is not a wrong one, remaining and rows make it up.
 * Otherwise it is what the first step that touched the row read in it; null if that step wrote.
 */
function stockOf({ outcome, remaining, ordinals, steps }: Schedule): number | null {
  if (outcome === 'right' || outcome === 'deadlock' || outcome === 'no-verdict')
    return remaining + ordinals.length;
  const read = steps.find(
    ({ valueRead, valueWritten }) => touches(valueRead) || touches(valueWritten),
  )?.valueRead?.[COLUMN];
  return typeof read === 'number' ? read : null;
}

/** The committed values of the coupon's row in the order of time, its first value included. */
export function rowValuesOf(schedule: Schedule): readonly RowValue[] {
  const values: RowValue[] = [{ atMs: 0, value: stockOf(schedule), by: null }];
  const changes = transactionsOf(schedule)
    .flatMap(({ writes, commit }) => writes.slice(-1).map((write) => ({ write, commit })))
    .sort((a, b) => a.commit.answeredAtMs - b.commit.answeredAtMs);
  for (const { write, commit } of changes)
    values.push({
      atMs: commit.answeredAtMs,
      value: after(values.at(-1)?.value ?? null, write.valueWritten?.[COLUMN]),
      by: commit,
    });
  return values;
}

/** What `quantity` should be in the end; null where the steps do not tell the stock. */
export function expectedRemainingIn(schedule: Schedule): number | null {
  const stock = stockOf(schedule);
  return stock === null ? null : expectedRemaining(stock, schedule.ordinals.length);
}

/** The lost updates of a schedule: remaining less expected; null where the stock is unknown. */
export function lostIn(schedule: Schedule): number | null {
  const expected = expectedRemainingIn(schedule);
  return expected === null ? null : schedule.remaining - expected;
}
