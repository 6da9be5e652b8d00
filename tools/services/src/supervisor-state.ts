import { rmSync } from 'node:fs';
import { z } from 'zod';
import { serverKinds } from './catalog.js';
import { isAlive, processIdentity } from './process-identity.js';
import { readJson, readText, writePrivate, type ServicesFolder } from './services-folder.js';

const kind = z.enum(serverKinds);

/** A server that runs and accepted our password. */
const runningServer = z.object({
  url: z.string(),
  flavour: z.enum(['mariadb', 'mysql', 'redis']),
  version: z.string(),
  process: processIdentity,
});

const supervisorState = z.object({
  supervisor: processIdentity,
  servers: z.partialRecord(kind, runningServer),
  /** Why a server did not start, and when, epoch milliseconds. */
  failures: z.partialRecord(kind, z.object({ message: z.string(), atMs: z.number() })),
});

export type RunningServer = Readonly<z.infer<typeof runningServer>>;

/** What the supervisor reports to its users. */
export type SupervisorState = Readonly<z.infer<typeof supervisorState>>;

/** Publishes the state if it changed. It contains the password: only this user can read it. */
export function publishState({ state: file }: ServicesFolder, state: SupervisorState): void {
  const text = JSON.stringify(state, null, 2);
  if (readText(file) !== text) writePrivate(file, text);
}

/** Removes the state: from now on no user relies on this supervisor. */
export function withdrawState({ state }: ServicesFolder): void {
  rmSync(state, { force: true });
}

/** What was published last, perhaps by a dead supervisor; undefined when there is nothing. */
export function lastState({ state }: ServicesFolder): SupervisorState | undefined {
  return readJson(state, supervisorState);
}

/** What a live supervisor published; undefined when there is none. */
export function liveState(folder: ServicesFolder): SupervisorState | undefined {
  const state = lastState(folder);
  return state !== undefined && isAlive(state.supervisor) ? state : undefined;
}
