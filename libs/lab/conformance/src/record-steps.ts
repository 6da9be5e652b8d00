import { setTimeout as sleep } from 'node:timers/promises';
import { recorderFor, type ClaimRecorder } from './claim-recorder.js';
import type { ServiceInstance } from './clients/service-instance.js';
import type { Harness } from './harness.js';
import type { InjectionPoint } from './proxy/fault-proxy.js';

/** What happens after the answer, such as recording the grant, belongs to the steps too. */
const AFTERMATH_MS = 150;
/** An instance is quiet with so few messages in that time: a worker behind it may poll. */
const BACKGROUND_MAX = 2;
const QUIET_WITHIN_MS = 6_000;
/** Attacks take time: of more steps, only the first and the last ones are attacked. */
const POINTS_MAX = 9;

/**
 * Records the points at which a claim through `instance` can be stopped: before each of its
 * messages, and after COMMIT, when the server has done it and the instance does not know. The
 * proxies see one claim pass, so this works for any strategy. It is not its coupon's first claim,
 * with which more may have to be made.
 */
export async function recordSteps(
  harness: Harness,
  instance: ServiceInstance,
): Promise<readonly InjectionPoint[]> {
  const recorder = await recorderFor(harness, 2);
  await recorder.claim(instance); // the first claim also greets connections and loads scripts
  await untilQuiet(instance);
  return await stepsOf(recorder, instance);
}

/** The same of a coupon's first claim, by an instance that has made others. */
export async function recordFirstSteps(
  harness: Harness,
  instance: ServiceInstance,
): Promise<readonly InjectionPoint[]> {
  return await stepsOf(await recorderFor(harness, 1), instance);
}

/** Makes one claim, and resolves with its steps. */
async function stepsOf(
  recorder: ClaimRecorder,
  instance: ServiceInstance,
): Promise<readonly InjectionPoint[]> {
  const heard: Pick<InjectionPoint, 'channel' | 'label'>[] = [];
  const ends = (['mysql', 'redis'] as const).map((channel) =>
    instance.proxies[channel].listen((label) => heard.push({ channel, label })),
  );
  await recorder.claim(instance);
  await sleep(AFTERMATH_MS);
  for (const end of ends) end();
  const seen = new Map<string, number>();
  const before = heard.map(({ channel, label }): InjectionPoint => {
    const occurrence = (seen.get(`${channel} ${label}`) ?? 0) + 1;
    seen.set(`${channel} ${label}`, occurrence);
    return { channel, label, occurrence, side: 'before' };
  });
  const after = before
    .filter(({ label }) => label === 'COMMIT')
    .map((point): InjectionPoint => ({ ...point, side: 'after' }));
  const points = [...before, ...after];
  const half = Math.floor(POINTS_MAX / 2);
  return points.length <= POINTS_MAX
    ? points
    : [...points.slice(0, POINTS_MAX - half), ...points.slice(-half)];
}

/** Waits until what an instance does at its start, or in the background, has calmed down. */
async function untilQuiet({ proxies }: ServiceInstance): Promise<void> {
  let heard = 0;
  const ends = [proxies.mysql, proxies.redis].map((proxy) => proxy.listen(() => (heard += 1)));
  for (let waitedMs = 0; waitedMs < QUIET_WITHIN_MS; waitedMs += AFTERMATH_MS) {
    heard = 0;
    await sleep(AFTERMATH_MS);
    if (heard <= BACKGROUND_MAX) break;
  }
  for (const end of ends) end();
}

/** As reports name it: `before INSERT user_coupon`, `before 2. SELECT coupons`. */
export const pointName = ({ label, occurrence, side }: InjectionPoint): string =>
  `${side} ${occurrence === 1 ? '' : `${occurrence}. `}${label}`;
