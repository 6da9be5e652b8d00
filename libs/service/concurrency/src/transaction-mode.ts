/**
 * How a transaction on the stock is kept apart from others.
 *
 * - `plain`: by nothing; plain reads and writes, as in the broken original.
 * - `subtract`: reads as `plain`, but the write subtracts from the quantity that it finds (down to
 *   0 at most), so that it never undoes what an administrator changed since the read. For
 *   transactions that a lock elsewhere keeps apart.
 * - `lock-row`: reads the coupon's row FOR UPDATE, so that the next such reader waits until this
 *   transaction ends.
 * - `compare-version`: writes only if the coupon still has the version and quantity that were read
 *   (an administrator who changes a row by SQL counts no version up); otherwise `record` throws
 *   StaleSnapshot.
 * - `serializable`: runs at SERIALIZABLE. Every read locks what it reads, so one of two that then
 *   write is the victim of a deadlock.
 * - `{ namedLock }`: holds the database's lock of this name on the transaction's own connection,
 *   from before BEGIN until COMMIT or ROLLBACK is answered. The name belongs to the database (two
 *   databases of one server do not share it). The wait for the lock ends with the deadline, and
 *   counts neither as a wait for a connection nor towards `transactionMaxMs`. Writes as
 *   `compare-version`, as the lock keeps no administrator away.
 */
export type TransactionMode =
  | 'plain'
  | 'subtract'
  | 'lock-row'
  | 'compare-version'
  | 'serializable'
  | { readonly namedLock: string };

const names: readonly unknown[] = [
  'plain',
  'subtract',
  'lock-row',
  'compare-version',
  'serializable',
];

/**
 * Throws TypeError, naming the value and what is allowed, where `mode` is no TransactionMode.
 * Plugins written in plain JavaScript can pass anything.
 */
export function assertTransactionMode(mode: unknown): asserts mode is TransactionMode {
  if (names.includes(mode)) return;
  if (typeof mode === 'object' && mode !== null && 'namedLock' in mode)
    if (typeof mode.namedLock === 'string') return;
  const allowed = [...names.map((name) => JSON.stringify(name)), '{ "namedLock": "a name" }'];
  throw new TypeError(
    `transaction mode ${JSON.stringify(mode)} must be one of ${allowed.join(', ')}`,
  );
}

/** Whether `record` throws StaleSnapshot where the coupon's row is not as it was read. */
export const comparesVersion = (mode: TransactionMode): boolean =>
  mode === 'compare-version' || typeof mode === 'object';
