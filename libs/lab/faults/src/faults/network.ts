import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultProxy } from '@coupon/conformance';
import type { Stream, Toxic, ToxicProxy } from '@coupon/services';
import { always, whereRedis, type Fault, type Healing } from '../fault.js';
import type { Path } from '../instance.js';
import type { Rig } from '../rig.js';

/** Longer than any transaction and any claim's deadline. */
const SILENCE_MS = 8_000;
const STORM_MS = 3_000;
const STORM_PAUSE_MS = 250;
const SLOW_MS = 6_000;
const LATENCY_MS = 200;

/** A server, and what a fault of it is. */
interface Side {
  readonly key: keyof Path<unknown>;
  readonly name: string;
  readonly title: string;
  readonly away: Pick<Fault, 'kind' | 'applies'>;
}

const database: Side = {
  key: 'mysql',
  name: 'database',
  title: 'the database',
  away: { kind: 'database-away', applies: always },
};
const redis: Side = {
  key: 'redis',
  name: 'redis',
  title: 'Redis',
  away: { kind: 'redis-away', applies: whereRedis },
};
const both: readonly Side[] = [database, redis];

/** The Toxiproxy paths of all API processes to a server. */
export const toxicsOf = ({ apis }: Rig, key: Side['key']): readonly ToxicProxy[] =>
  apis.map(({ toxics }) => {
    if (toxics === null) throw new Error('this fault needs Toxiproxy');
    return toxics[key];
  });

const proxiesOf = ({ apis }: Rig, key: Side['key']): readonly FaultProxy[] =>
  apis.map(({ proxies }) => {
    if (proxies === null) throw new Error('this fault needs the kit’s proxies');
    return proxies[key];
  });

/** Adds toxics to the paths of all API processes to a server; the function removes them. */
export async function poison(
  proxies: readonly ToxicProxy[],
  toxics: readonly (readonly [Stream, Toxic])[],
): Promise<() => Promise<void>> {
  const added: (() => Promise<void>)[] = [];
  for (const proxy of proxies)
    for (const [stream, toxic] of toxics) added.push(await proxy.add(stream, toxic));
  return async () => {
    await Promise.all(added.map((remove) => remove()));
  };
}

/** Bytes of one direction vanish; the connections are ended when the fault is. */
const silent = ({ key, name, title, away }: Side, stream: Stream): Fault => ({
  name: stream === 'upstream' ? `${name}-hears-nothing` : `${name}-says-nothing`,
  title: `everything that is sent ${stream === 'upstream' ? 'to' : 'by'} ${title} vanishes`,
  ...away,
  holdMs: SILENCE_MS,
  needs: { path: 'toxic' },
  inject: (rig) => poison(toxicsOf(rig, key), [[stream, { type: 'timeout', timeout: 0 }]]),
});

/** No FIN, no RST: new connections work after it, the old ones are silent for ever. */
const deadHost = ({ key, name, title, away }: Side): Fault => ({
  name: `${name}-host-dead`,
  title: `the host of ${title} is gone without a word; another one takes its address`,
  ...away,
  holdMs: SILENCE_MS,
  needs: { path: 'messages' },
  inject(rig) {
    const healings = proxiesOf(rig, key).map((proxy) => proxy.silence());
    return () => healings.forEach((heal) => heal());
  },
});

/** All connections are reset, again and again; in between new ones work. */
const resetStorm = ({ key, name, title, away: { applies } }: Side): Fault => ({
  name: `${name}-resets`,
  title: `all connections to ${title} are reset four times a second`,
  kind: 'connections',
  applies,
  holdMs: STORM_MS,
  needs: { path: 'toxic' },
  inject(rig) {
    const end = new AbortController();
    const storming = toxicsOf(rig, key).map(async (proxy) => {
      while (!end.signal.aborted) {
        await proxy.disable();
        await proxy.enable();
        await sleep(STORM_PAUSE_MS, undefined, { signal: end.signal }).catch(() => undefined);
      }
    });
    return async () => {
      end.abort();
      await Promise.all(storming);
    };
  },
});

/** The same toxics for both servers. */
const slow = (
  fault: Pick<Fault, 'name' | 'title'>,
  toxics: readonly (readonly [Stream, Toxic])[],
): Fault => ({
  ...fault,
  kind: 'slow-network',
  applies: always,
  holdMs: SLOW_MS,
  needs: { path: 'toxic' },
  async inject(rig): Promise<Healing> {
    const heals: (() => Promise<void>)[] = [];
    for (const { key } of both) heals.push(await poison(toxicsOf(rig, key), toxics));
    return async () => {
      await Promise.all(heals.map((heal) => heal()));
    };
  },
});

const latency = slow(
  { name: 'latency-200ms', title: 'every answer of a server takes 200 ms more' },
  [['downstream', { type: 'latency', latency: LATENCY_MS }]],
);

const drip: Toxic = { type: 'slicer', average_size: 16, delay: 5_000 };
const slowDrip = slow(
  { name: 'slow-drip', title: 'bytes arrive by 16, every 5 ms, in both directions' },
  [
    ['upstream', drip],
    ['downstream', drip],
  ],
);

/** Faults of the network that are not about one message. */
export const networkFaults: readonly Fault[] = [
  ...both.flatMap((side) => [
    silent(side, 'upstream'),
    silent(side, 'downstream'),
    deadHost(side),
    resetStorm(side),
  ]),
  latency,
  slowDrip,
];
