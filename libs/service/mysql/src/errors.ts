import { NoVerdict, type NoVerdictKind } from '@coupon/application';
import { NoResultError } from 'kysely';

/**
 * What a server's error number means for a claim. Sources: the error references of MariaDB and
 * MySQL; checked on MariaDB 10.11.
 */
const kindOfErrno: ReadonlyMap<number, NoVerdictKind> = new Map([
  [1213, 'deadlocked'], // ER_LOCK_DEADLOCK: the transaction is gone
  [1020, 'deadlocked'], // ER_CHECKREAD: MariaDB's snapshot conflict, the transaction is gone
  [1205, 'contended'], // ER_LOCK_WAIT_TIMEOUT: the transaction is still open
  [3572, 'contended'], // ER_LOCK_NOWAIT (MySQL 8)
  [1969, 'unavailable'], // ER_STATEMENT_TIMEOUT (MariaDB)
  [3024, 'unavailable'], // ER_QUERY_TIMEOUT (MySQL)
  [1317, 'unavailable'], // ER_QUERY_INTERRUPTED
  [1040, 'unavailable'], // ER_CON_COUNT_ERROR
  [1203, 'unavailable'], // ER_TOO_MANY_USER_CONNECTIONS
  [1053, 'unavailable'], // ER_SERVER_SHUTDOWN
  [1927, 'unavailable'], // ER_CONNECTION_KILLED (MariaDB)
  [1290, 'unavailable'], // ER_OPTION_PREVENTS_STATEMENT: read only
  [1792, 'unavailable'], // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
  [1836, 'unavailable'], // ER_READ_ONLY_MODE
  [1021, 'unavailable'], // ER_DISK_FULL
  [1114, 'unavailable'], // ER_RECORD_FILE_FULL: also InnoDB's answer when the disk is full
  [1264, 'inconsistent'], // ER_WARN_DATA_OUT_OF_RANGE: a number that is no stock
  [1690, 'inconsistent'], // ER_DATA_OUT_OF_RANGE: a quantity below zero
  [1452, 'inconsistent'], // ER_NO_REFERENCED_ROW_2: the coupon or the user was deleted
]);

const field = (error: unknown, name: 'errno' | 'code' | 'fatal'): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;

/** The server's error number; undefined if the error does not come from the server. */
export function errnoOf(error: unknown): number | undefined {
  const errno = field(error, 'errno');
  // Negative numbers are the socket's.
  return typeof errno === 'number' && errno > 0 ? errno : undefined;
}

/** ER_ERROR_ON_WRITE, ER_GET_ERRNO: the system's own error is in the message only. */
const systemErrnos: readonly number[] = [1026, 1030];
const diskFull = /\b28\b|No space left on device/;

const kindOf = (error: unknown): NoVerdictKind | undefined => {
  const errno = errnoOf(error);
  if (errno === undefined) return error instanceof NoResultError ? 'inconsistent' : undefined;
  if (systemErrnos.includes(errno) && error instanceof Error && diskFull.test(error.message))
    return 'unavailable';
  return kindOfErrno.get(errno);
};

/** The server never answered: the socket, the name or the pool failed. */
const isConnectionLoss = (error: unknown): boolean =>
  errnoOf(error) === undefined &&
  (field(error, 'fatal') === true || typeof field(error, 'code') === 'string');

/** The error of a connection that is given up, in the form of the driver's own. */
export const connectionLoss = (code: string, message: string): Error =>
  Object.assign(new Error(message), { code, fatal: true });

/** `error` as NoVerdict if it is an expected failure; otherwise unchanged, as it is a bug. */
export function asNoVerdict(error: unknown): unknown {
  const kind = kindOf(error);
  if (kind !== undefined)
    return new NoVerdict(kind, `database errno ${errnoOf(error) ?? 'none: no row'}`, {
      cause: error,
    });
  if (isConnectionLoss(error))
    return new NoVerdict('unavailable', `database connection: ${String(field(error, 'code'))}`, {
      cause: error,
    });
  return error;
}

const readOnlyErrnos: readonly (number | undefined)[] = [1290, 1792, 1836];

/** The server takes no writes: most likely it was the primary once, and is a replica now. */
export const isReadOnly = (error: unknown): boolean => readOnlyErrnos.includes(errnoOf(error));

/** The server says that it ended the transaction because of a conflict. */
export const isDeadlock = (error: unknown): boolean => kindOf(error) === 'deadlocked';

const ER_ERROR_DURING_COMMIT = 1180;

/**
 * The server answered a message that ends in COMMIT with an error: then nothing of it lasts. The
 * server stops at the first statement that fails, and rolls back a COMMIT that it refuses (a lock
 * before it, a kill, a server made read-only) before it answers (MariaDB's `ha_commit_trans`;
 * tested with BACKUP STAGE BLOCK_COMMIT). Only errno 1180 comes from the middle of the commit.
 */
export const isAnsweredNo = (error: unknown): boolean =>
  errnoOf(error) !== undefined && errnoOf(error) !== ER_ERROR_DURING_COMMIT;
