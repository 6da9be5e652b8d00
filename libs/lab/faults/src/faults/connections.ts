import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection, type Connection } from 'mysql2/promise';
import { z } from 'zod';
import { always, type Fault } from '../fault.js';
import type { Rig } from '../rig.js';

const HOLD_MS = 3_000;
const KILL_EVERY_MS = 500;
/** MariaDB's lowest. */
const CONNECTIONS_MAX = 10;
const CONNECTIONS_MAX_BEFORE = 600;
const HOGS_MAX = 40;
const STORMS_MAX = 50;
/** In which the service would connect again if it could. */
const NOTICED_MS = 100;

const idsSchema = z.array(z.object({ id: z.coerce.number() }));

/** Ends every connection of the service. */
export async function killConnections({ servers }: Rig): Promise<void> {
  const rows = await servers.sql(
    `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = 'service'`,
  );
  for (const { id } of idsSchema.parse(rows))
    await servers.sql(`KILL ${id}`).catch(() => undefined); // it may have ended meanwhile
}

const killed: Fault = {
  name: 'connections-killed',
  title: 'an administrator kills all connections, every half second',
  kind: 'connections',
  holdMs: HOLD_MS,
  applies: always,
  inject(rig) {
    const end = new AbortController();
    const storm = async (): Promise<void> => {
      while (!end.signal.aborted) {
        await killConnections(rig);
        await sleep(KILL_EVERY_MS);
      }
    };
    // a storm that cannot connect is a fault of the cell: told when it is healed
    const running = storm().catch((error: unknown) => ({ error }));
    return async () => {
      end.abort();
      const failed = await running;
      if (failed !== undefined) throw failed.error;
    };
  },
};

/** Connects as the service does until the server refuses. */
async function hogsOf(url: string): Promise<readonly Connection[]> {
  const hogs: Connection[] = [];
  while (hogs.length < HOGS_MAX) {
    const hog = await createConnection({ uri: url, connectTimeout: HOLD_MS }).catch(() => null);
    if (hog === null) break;
    hogs.push(hog);
  }
  return hogs;
}

const usedUp: Fault = {
  name: 'connections-used-up',
  title: "others use up the database's connections (max_connections)",
  kind: 'database-away',
  holdMs: HOLD_MS,
  applies: always,
  async inject(rig) {
    const { servers } = rig;
    // before the limit is low: an administrator needs a connection too
    const administrator = await servers.connect();
    await administrator.query(`SET GLOBAL max_connections = ${CONNECTIONS_MAX}`);
    const hogs: Connection[] = [];
    // Others take each connection that the service loses; it may be faster, so until it has none.
    for (let storm = 0; storm < STORMS_MAX; storm += 1) {
      const own = [0, ...hogs.map(({ threadId }) => threadId)].join(', ');
      const [found] = await administrator.query(
        `SELECT ID AS id FROM information_schema.PROCESSLIST
         WHERE USER = 'service' AND ID NOT IN (${own})`,
      );
      const ids = idsSchema.parse(found);
      for (const { id } of ids) await administrator.query(`KILL ${id}`).catch(() => undefined);
      const fresh = await hogsOf(servers.databaseUrl);
      hogs.push(...fresh);
      if (ids.length + fresh.length === 0) break;
      await sleep(NOTICED_MS); // a killed connection counts until it has ended
    }
    return async () => {
      for (const hog of hogs) hog.destroy();
      await administrator.query(`SET GLOBAL max_connections = ${CONNECTIONS_MAX_BEFORE}`);
      administrator.destroy();
    };
  },
};

/** Faults of the connections to a database that is well. */
export const connectionFaults: readonly Fault[] = [killed, usedUp];
