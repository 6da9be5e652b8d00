import { always, type Fault } from '../fault.js';

const SHORT_MS = 3_000;
const LONG_MS = 15_000;

const killed: Fault = {
  name: 'database-killed',
  title: 'the database is killed (SIGKILL) and started again',
  kind: 'database-away',
  holdMs: SHORT_MS,
  applies: always,
  async inject({ database }) {
    await database.kill();
    return () => database.restart();
  },
};

const stoppedFor = (holdMs: number): Fault => ({
  name: `database-stopped-${holdMs / 1_000}s`,
  title: `the database stands still for ${holdMs / 1_000} s (SIGSTOP)`,
  kind: 'database-away',
  holdMs,
  applies: always,
  inject({ database }) {
    database.pause();
    return () => database.resume();
  },
});

/** The service's user has no right to write to a read-only server. */
const readOnly: Fault = {
  name: 'database-read-only',
  title: 'the primary lives on as a read-only replica, and becomes primary again',
  kind: 'database-away',
  holdMs: SHORT_MS,
  applies: always,
  async inject({ servers }) {
    await servers.sql('SET GLOBAL read_only = 1');
    return async () => {
      await servers.sql('SET GLOBAL read_only = 0');
    };
  },
};

/** Faults of the database's process. */
export const databaseFaults: readonly Fault[] = [
  killed,
  stoppedFor(SHORT_MS),
  stoppedFor(LONG_MS),
  readOnly,
];
