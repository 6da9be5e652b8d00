import { setTimeout as sleep } from 'node:timers/promises';
import { answeredOrBlocked, OVERTAKE_MS } from '../attack-steps.js';
import { recorderFor } from '../claim-recorder.js';
import type { ServiceInstance } from '../clients/service-instance.js';
import type { FaultScenario } from '../fault-scenario.js';
import type { Harness } from '../harness.js';

/** Claims that stand in the line, each for as long as a transaction may take (1 s). */
const LINE = { beyondShortLease: 3, beyondAnyLease: 7 } as const;
const FIRST_IN_MS = 5_000;
const SETTLED_MS = 300;
const GOES_ON_MS = 2_500;

/** Resolves when the instance has sent nothing to Redis for a while, and Redis has answered all. */
async function redisRests({ proxies }: ServiceInstance): Promise<void> {
  let heardAtMs = performance.now();
  const end = proxies.redis.listen(() => (heardAtMs = performance.now()));
  const beganMs = heardAtMs;
  while (performance.now() - Math.max(beganMs, heardAtMs) < SETTLED_MS) {
    if (performance.now() - beganMs > SETTLED_MS * 3) break; // it polls
    await sleep(20);
  }
  end();
}

/**
 * A claim waits in line for its process's only connection until a lease that it may have taken
 * before is over, and another process has gone in.
 */
export const lineForThePool: FaultScenario = {
  name: 'line-for-the-pool',
  title:
    'a claim stands in line for a connection for longer than its lease; ' +
    'meanwhile another process goes in',
  scope: 'processes',
  mostlyWaits: true,
  async run(harness: Harness) {
    const hasShortLease = Object.keys(harness.shortLeases).some((name) =>
      name.endsWith('_LEASE_MS'),
    );
    await using instance = await harness.open({
      // Of three connections, two are kept for lookups.
      env: { ...harness.shortLeases, MYSQL_POOL_MAX: '3' },
    });
    await using peer = await harness.open();
    const warm = await recorderFor(harness, 2);
    await warm.burst([instance, peer], 2);
    const isLeaseLong = instance.usedRedis() && !hasShortLease;
    const count = isLeaseLong ? LINE.beyondAnyLease : LINE.beyondShortLease;
    const others = await Promise.all(Array.from({ length: count }, () => recorderFor(harness, 1)));
    const releases = await Promise.all(others.map(({ terms }) => harness.holdRow(terms)));
    const line = others.map((other) => other.claim(instance, { waitMs: OVERTAKE_MS }));
    const [first = Promise.reject(new Error('the line is empty'))] = line;
    await answeredOrBlocked(first, instance, FIRST_IN_MS);
    const recorder = await recorderFor(harness, 1);
    const waiting = recorder.claim(instance, { waitMs: OVERTAKE_MS });
    await redisRests(instance);
    await Promise.all(line.slice(0, -1));
    const commit = peer.proxies.mysql.holdAt({ label: 'COMMIT', occurrence: 1, side: 'before' });
    const overtaking = recorder.claim(peer, { waitMs: OVERTAKE_MS });
    await Promise.race([commit.caught, overtaking, sleep(FIRST_IN_MS, null, { ref: false })]);
    await Promise.all(line);
    await answeredOrBlocked(waiting, instance, GOES_ON_MS);
    commit.release();
    await Promise.all([waiting, overtaking]);
    for (const release of releases) await release();
    return [...(await recorder.drainStock(peer)), ...(await recorder.settle())];
  },
};
