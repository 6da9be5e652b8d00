import { setTimeout as sleep } from 'node:timers/promises';
import type { Harness, Proxies } from './harness.js';
import { recorderFor } from './claim-recorder.js';
import type { Client } from './clients/answer.js';
import type { InjectionPoint } from './proxy/fault-proxy.js';

/** What goes on behind a claim, such as its recording, belongs to its walk too. */
const AFTERMATH_MS = 150;
/** Attacks take a while each: of a longer walk the first and the last messages are attacked. */
const POINTS_MAX = 9;

/**
 * The points at which one claim through `party` can be stopped: before each of its messages, and
 * after COMMIT, when the server has done it and the party does not know. Found by watching a claim
 * walk by; whatever the strategy does, it is told by its wires.
 */
export async function recordSteps(
  bench: Harness,
  party: Client & { readonly wires: Proxies },
): Promise<readonly InjectionPoint[]> {
  const crowd = await recorderFor(bench, 2);
  await crowd.claim(party); // connections greet and scripts load at the first one
  await sleep(AFTERMATH_MS);
  const heard: Pick<InjectionPoint, 'channel' | 'label'>[] = [];
  const ends = (['mysql', 'redis'] as const).map((channel) =>
    party.wires[channel].listen((label) => heard.push({ channel, label })),
  );
  await crowd.claim(party);
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

/** As reports say it: `before INSERT user_coupon`, `before the 2nd SELECT coupons`. */
export const pointName = ({ label, occurrence, side }: InjectionPoint): string =>
  `${side} ${occurrence === 1 ? '' : `${occurrence}. `}${label}`;
