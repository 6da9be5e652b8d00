import { setTimeout as sleep } from 'node:timers/promises';
import { isRecordedBehind, reaches } from './attack-steps.js';
import { recorderFor, type ClaimRecorder } from './claim-recorder.js';
import type { RecordedClaim } from './clients/answer.js';
import type { ServiceInstance } from './clients/service-instance.js';
import type { Harness } from './harness.js';
import type { InjectionPoint } from './proxy/fault-proxy.js';

/** Claims of one process, the first of which is in its COMMIT while the others wait for it. */
export interface Handover {
  readonly first: Promise<RecordedClaim>;
  readonly others: readonly Promise<RecordedClaim>[];
  /** Lets the COMMIT of the first one pass. */
  goOn(): void;
}

/**
 * Makes `others` claims more while the first one is held in its COMMIT, for `heldMs`. Null where no
 * claim waits for the COMMIT of another, or the first one did not get there.
 */
export async function beginHandover(
  recorder: ClaimRecorder,
  instance: ServiceInstance,
  { others, heldMs }: { readonly others: number; readonly heldMs: number },
): Promise<Handover | null> {
  const { harness } = recorder;
  if (isRecordedBehind(harness)) return null;
  const commit = instance.proxies.mysql.holdAt({ label: 'COMMIT', occurrence: 1, side: 'before' });
  const first = recorder.claim(instance);
  if (!(await reaches(harness, first, commit))) return null;
  const waiting = Array.from({ length: others }, () => recorder.claim(instance));
  await sleep(heldMs);
  return { first, others: waiting, goOn: () => commit.release() };
}

/** What passes between the COMMIT of one claim and the transaction of the next, counted from there. */
export interface HandoverSteps {
  /** The messages to Redis: a lock is released and taken again, or extended. */
  readonly redis: readonly InjectionPoint[];
  /** The first message to the database. */
  readonly entry: InjectionPoint;
}

/** Of so many messages: a claim that waits may poll. */
const POINTS_MAX = 3;
const EMPTY: HandoverSteps = {
  redis: [],
  entry: { channel: 'mysql', label: 'COMMIT', occurrence: 1, side: 'before' },
};

/**
 * Records a handover of an instance with these settings: no messages where the claims of a process
 * do not hand on anything in Redis.
 */
export async function recordHandover(
  harness: Harness,
  env: Readonly<Record<string, string>>,
  heldMs: number,
): Promise<HandoverSteps> {
  await using observed = await harness.open({ env });
  const recorder = await recorderFor(harness, 4);
  await recorder.burst([observed], 2); // connections are greeted, scripts loaded
  const handover = await beginHandover(recorder, observed, { others: 1, heldMs });
  if (handover === null) return EMPTY;
  const heard: InjectionPoint[] = [];
  const ends = (['mysql', 'redis'] as const).map((channel) =>
    observed.proxies[channel].listen((label) => {
      const same = heard.filter((one) => one.channel === channel && one.label === label);
      heard.push({ channel, label, occurrence: same.length + 1, side: 'before' });
    }),
  );
  handover.goOn();
  await Promise.all([handover.first, ...handover.others]);
  for (const end of ends) end();
  // The COMMIT that was held is heard again where it goes on.
  const entryAt = heard.findIndex(
    ({ channel, label }) => channel === 'mysql' && label !== 'COMMIT',
  );
  const entry = heard[entryAt];
  if (entry === undefined) return EMPTY;
  return {
    redis: heard
      .slice(0, entryAt)
      .filter(({ channel }) => channel === 'redis')
      .slice(0, POINTS_MAX),
    entry,
  };
}
