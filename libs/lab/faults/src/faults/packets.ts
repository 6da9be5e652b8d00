import { ServiceError } from '@coupon/services';
import type { Fault } from '../fault.js';
import { losePackets, whyNoOwnNetwork } from '../own-network.js';

const HOLD_MS = 6_000;
const LOST_PERCENT = 2;

const portOf = (url: string): number => Number(new URL(url).port);

/** A proxy cannot lose a packet, only the kernel can. */
export const packetLoss: Fault = {
  name: 'packet-loss',
  title: `${LOST_PERCENT} % of the packets to and from both servers are lost`,
  kind: 'slow-network',
  holdMs: HOLD_MS,
  needs: { ownNetwork: true },
  applies: () => whyNoOwnNetwork() ?? true,
  async inject({ servers, redis }) {
    const end = await losePackets([portOf(servers.databaseUrl), portOf(redis.url)], LOST_PERCENT);
    return async () => {
      if ((await end()) === 0) throw new ServiceError('no packet was lost');
    };
  },
};
