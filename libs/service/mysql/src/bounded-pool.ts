import { Socket } from 'node:net';
import type { MysqlPool, MysqlPoolConnection, MysqlQueryResult } from 'kysely';
import type { Pool, PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2';
import { connectionLoss, isReadOnly } from './errors.js';

/** The longest waits on a pool, in milliseconds. */
export interface PoolLimits {
  /** For a connection. */
  readonly acquireMs: number;
  /** For the answer to one statement; longer than the server's own limits, which end it earlier. */
  readonly statementMs: number;
  /** For the server to close its connections, when the pool closes. */
  readonly closeMs: number;
}

/**
 * mysql2's pool with a bound on every wait. mysql2 itself bounds only the wait for a new
 * connection, so a host that falls silent without closing its connections would keep them, and
 * everything that waits for them, for ever.
 *
 * A statement without an answer within its limit closes its connection, and every other one that
 * has had no answer since that statement was sent: they lead to the same host. A server that has
 * become read-only is left in the same way, as a new connection may lead to the new primary.
 */
export class BoundedPool implements MysqlPool {
  private readonly open = new Map<PoolConnection, BoundedConnection>();

  constructor(
    private readonly pool: Pool,
    private readonly limits: PoolLimits,
  ) {}

  /** Calls back with a connection, or with an error once `acquireMs` have passed. */
  getConnection(callback: (error: unknown, connection: MysqlPoolConnection) => void): void {
    const { acquireMs } = this.limits;
    let waiting = true;
    const timer = setTimeout(() => {
      waiting = false;
      callback(connectionLoss('ETIMEDOUT', `no connection within ${acquireMs} ms`), absent);
    }, acquireMs);
    this.pool.getConnection((error, connection) => {
      clearTimeout(timer);
      if (error !== null) {
        if (waiting) callback(error, absent);
      } else if (waiting) callback(null, this.bounded(connection));
      else connection.release();
    });
  }

  /**
   * Closes all connections within `closeMs`; those that the server does not close are destroyed.
   */
  end(callback: (error: unknown) => void): void {
    let closing = true;
    // A connection that fails while it is closed, such as one still being opened, is closed too.
    const finish = (): void => {
      if (closing) callback(null);
      closing = false;
      clearTimeout(timer);
      this.closeWhere(() => true, 'the pool is closed');
    };
    const timer = setTimeout(finish, this.limits.closeMs);
    this.pool.end(finish);
  }

  /** Closes the connections that nothing uses. */
  closeIdle(why: string): void {
    this.closeWhere((connection) => connection.idle, why);
  }

  /** Closes the connections that `isDoomed` picks. */
  closeWhere(isDoomed: (connection: BoundedConnection) => boolean, why: string): void {
    for (const [connection, bounded] of this.open) {
      if (!isDoomed(bounded)) continue;
      this.open.delete(connection);
      bounded.close(why);
    }
  }

  private bounded(connection: PoolConnection): BoundedConnection {
    const known = this.open.get(connection);
    if (known !== undefined) {
      known.idle = false;
      return known;
    }
    const bounded = new BoundedConnection(connection, this.limits.statementMs, this);
    this.open.set(connection, bounded);
    for (const event of ['end', 'error'])
      connection.on(event, () => void this.open.delete(connection));
    return bounded;
  }
}

type Settle = (error: unknown, result: MysqlQueryResult) => void;

class BoundedConnection implements MysqlPoolConnection {
  /** When the server answered last, by `performance.now()`. */
  answeredAtMs = performance.now();
  /** It waits in the pool. */
  idle = false;
  private isReplica = false;
  private readonly pending = new Set<Settle>();

  constructor(
    private readonly connection: PoolConnection,
    private readonly statementMs: number,
    private readonly pool: BoundedPool,
  ) {}

  query(sql: string, parameters: unknown[]): never;
  query(sql: string, parameters: unknown[], callback: Settle): void;
  query(sql: string, parameters: unknown[], callback?: Settle): void {
    if (callback === undefined) throw new Error('a streamed query has no bound');
    const sentAtMs = performance.now();
    const expire = (): void => {
      if (!this.pending.has(settle)) return;
      const isSilent = (other: BoundedConnection): boolean => other.answeredAtMs < sentAtMs;
      this.pool.closeWhere(
        (other) => other === this || isSilent(other),
        `no answer within ${this.statementMs} ms`,
      );
    };
    // An answer that arrived while this process was paused is read before the check.
    const timer = setTimeout(() => setImmediate(expire), this.statementMs);
    const settle: Settle = (error, result) => {
      if (!this.pending.delete(settle)) return;
      clearTimeout(timer);
      callback(error, result);
    };
    this.pending.add(settle);
    this.connection.query<RowDataPacket[] | ResultSetHeader>(sql, parameters, (error, result) => {
      this.answeredAtMs = performance.now();
      this.isReplica ||= isReadOnly(error);
      settle(error, result);
    });
  }

  release(): void {
    this.idle = true;
    if (this.isReplica) this.pool.closeIdle('the server is read-only');
    else this.connection.release();
  }

  /** Destroys the connection, and fails what waits for its answer. Does not wait for the server. */
  close(why: string): void {
    this.connection.destroy();
    // mysql2 only half-closes the socket, which a silent host leaves open for ever.
    const stream: unknown = Reflect.get(this.connection, 'stream');
    if (stream instanceof Socket) stream.destroy();
    for (const settle of this.pending) settle(connectionLoss('ETIMEDOUT', why), []);
  }
}

/** What the query builder gets beside an error; it does not use it. */
const absent: MysqlPoolConnection = {
  query(): never {
    throw new Error('no connection');
  },
  release: () => undefined,
};
