import type { Schedule, Step } from '@coupon/results';

/** What a race is about: the column that is read, computed with and written back. */
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

/** A value that was computed from a read which was out of date, and what it destroyed. */
export interface Overwrite {
  /** The read that is out of date by the time of the write. */
  readonly read: Step;
  /** The write computed from it. */
  readonly write: Step;
  /** The other client's write that is lost by this. */
  readonly lost: Step;
}

/** The coupon's row: from when on it shows which value to everybody. */
export interface RowValue {
  readonly atMs: number;
  /** As far as the steps tell. */
  readonly value: number | null;
  /** The step that made it so; null: it was so from the beginning. */
  readonly by: Step | null;
}

/** True when the step did nothing: it failed, or there was no row for it. */
export const cameToNothing = ({ effect }: Step): boolean =>
  effect.startsWith('errno') || effect === '0 rows';

const touches = (values: Step['valueRead']): boolean => values !== null && COLUMN in values;

/** The transactions that were committed and did something with the column, by client. */
function transactionsOf({ steps, told }: Schedule): readonly Transaction[] {
  return told.flatMap((_, client) => {
    const found: Transaction[] = [];
    let [open, own]: [boolean, Step[]] = [false, []];
    const end = (commit: Step): void => {
      const done = own.filter((step) => !cameToNothing(step));
      found.push({
        client,
        reads: done.filter((step) => touches(step.valueRead)),
        writes: done.filter((step) => touches(step.valueWritten)),
        commit,
      });
      own = [];
    };
    for (const step of steps.filter((one) => one.client === client)) {
      if (/^(BEGIN|START TRANSACTION)/.test(step.statement)) [open, own] = [true, []];
      else if (step.statement === 'COMMIT' && !cameToNothing(step)) {
        open = false;
        end(step);
      } else if (step.statement === 'ROLLBACK') [open, own] = [false, []];
      else {
        own.push(step);
        if (!open) end(step);
      }
    }
    return found.filter(({ reads, writes }) => reads.length > 0 || writes.length > 0);
  });
}

const isAbsolute = ({ valueWritten }: Step): boolean => typeof valueWritten?.[COLUMN] === 'number';

/**
 * Whatever was computed from a read that another client's commit had made untrue, and written all
 * the same.
 */
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
 * How many coupons there were at first. Whoever judged an outcome to be none of the wrong ones knew
 * it: what is left and the rows make it up. Otherwise what the first to touch the row read in it;
 * null where that one wrote at once.
 */
function stockOf({ outcome, remaining, ordinals, steps }: Schedule): number | null {
  if (outcome === 'right' || outcome === 'deadlock' || outcome === 'no-verdict')
    return remaining + ordinals.length;
  const read = steps.find(
    ({ valueRead, valueWritten }) => touches(valueRead) || touches(valueWritten),
  )?.valueRead?.[COLUMN];
  return typeof read === 'number' ? read : null;
}

/**
 * What the coupon's row showed to everybody, in the order of time: its first value, and each that
 * was committed.
 */
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

/**
 * How many coupons the row has lost sight of: what is left, less what the rows leave; null where
 * the steps do not tell the stock.
 */
export function lostIn(schedule: Schedule): number | null {
  const stock = stockOf(schedule);
  return stock === null ? null : schedule.remaining - (stock - schedule.ordinals.length);
}
