import { rmSync } from 'node:fs';
import { isRecord, readJson, writePrivate, type ServicesFolder } from './folder.js';
import { isAlive, parseIdentity, type ProcessIdentity } from './process-identity.js';
import { serverKinds, type ServerKind } from './source.js';

/** A server that runs and answered with our password. */
export interface RunningServer {
  readonly url: string;
  readonly flavour: string;
  readonly version: string;
  readonly process: ProcessIdentity;
}

/** What the keeper tells its users. */
export interface KeeperState {
  readonly keeper: ProcessIdentity;
  readonly servers: { readonly [kind in ServerKind]?: RunningServer };
  /** Why a server could not be started, and when that was found, epoch milliseconds. */
  readonly faults: {
    readonly [kind in ServerKind]?: { readonly message: string; readonly atMs: number };
  };
}

/** Publishes the state. It holds passwords, so it is this user's only. */
export function publish(folder: ServicesFolder, state: KeeperState): void {
  writePrivate(folder.state, JSON.stringify(state, null, 2));
}

/** Takes the state back: from here on nobody relies on this keeper. */
export function retract(folder: ServicesFolder): void {
  rmSync(folder.state, { force: true });
}

/** What was published last, by a keeper that may be dead; null when there is nothing. */
export function lastState(folder: ServicesFolder): KeeperState | null {
  const parsed = readJson(folder.state);
  if (!isRecord(parsed)) return null;
  const keeper = parseIdentity(parsed['keeper']);
  if (keeper === null) return null;
  return {
    keeper,
    servers: parseEach(parsed['servers'], parseServer),
    faults: parseEach(parsed['faults'], parseFault),
  };
}

/** What a living keeper published; null when there is none. */
export function currentState(folder: ServicesFolder): KeeperState | null {
  const state = lastState(folder);
  return state !== null && isAlive(state.keeper) ? state : null;
}

function parseEach<T>(
  value: unknown,
  parse: (entry: unknown) => T | null,
): { [kind in ServerKind]?: T } {
  if (!isRecord(value)) return {};
  const result: { [kind in ServerKind]?: T } = {};
  for (const kind of serverKinds) {
    const entry = parse(value[kind]);
    if (entry !== null) result[kind] = entry;
  }
  return result;
}

function parseServer(value: unknown): RunningServer | null {
  if (!isRecord(value)) return null;
  const { url, flavour, version } = value;
  const identity = parseIdentity(value['process']);
  if (
    typeof url !== 'string' ||
    typeof flavour !== 'string' ||
    typeof version !== 'string' ||
    identity === null
  )
    return null;
  return { url, flavour, version, process: identity };
}

function parseFault(value: unknown): { message: string; atMs: number } | null {
  if (!isRecord(value)) return null;
  const { message, atMs } = value;
  return typeof message === 'string' && typeof atMs === 'number' ? { message, atMs } : null;
}
