import type { FaultKind } from '@coupon/results';
import type { RedisPersistence } from '@coupon/services';
import type { Rig } from './rig.js';
import type { Subject } from './subject.js';

/** Ends the fault: resolves when the servers and processes could work again. */
export type Healing = () => Promise<void> | void;

/** How a cell is set up where its fault needs more than the default. */
export interface RigNeeds {
  /** When Redis has a write on disk; by default before it is acknowledged. */
  readonly redis?: RedisPersistence;
  /**
   * What stands between an API process and its servers: nothing, the kit's proxies, which read
   * messages (`rig.apis[n].proxies`), or Toxiproxy's, which do not (`rig.apis[n].toxics`).
   */
  readonly path?: 'direct' | 'messages' | 'toxic';
  /** Whose wall clock can be set (`rig.clock`): the first API process's, or Redis's. */
  readonly clockOf?: 'api' | 'redis';
  /** Whose data is on a small disk that can be filled (`rig.disk`). */
  readonly smallDiskOf?: 'database' | 'redis';
  /** The cell runs on a loopback of its own. */
  readonly ownNetwork?: boolean;
  /** Settings of the API processes over those of the cell. */
  readonly env?: Readonly<Record<string, string>>;
  /** The write-behind worker runs as a process of its own (`rig.worker`). */
  readonly workerApart?: boolean;
  /** The service's clocks and the clients' differ. */
  readonly clocksDiffer?: boolean;
}

/** One thing that is done to a running service. */
export interface Fault {
  /** As the command line and result files write it. */
  readonly name: string;
  /** What it does, in a few words. */
  readonly title: string;
  readonly kind: FaultKind;
  /** From the injection to the healing, in milliseconds. */
  readonly holdMs: number;
  readonly needs?: RigNeeds;
  /** True, or why this fault says nothing about the strategy. */
  readonly applies: (subject: Subject) => true | string;
  /** Does it. The cell waits `holdMs` after that, then heals. */
  readonly inject: (rig: Rig) => Promise<Healing> | Healing;
}

/** For faults of every strategy. */
export const always = (): true => true;
/** For faults of Redis. */
export const whereRedis = ({ usesRedis }: Subject): true | string =>
  usesRedis || 'it does not use Redis';
/** For faults of the write-behind worker. */
export const whereWorker = ({ writesBehind }: Subject): true | string =>
  writesBehind || 'it has no worker';
