import type { Server } from 'node:http';
import { couponId, userId } from '@coupon/domain';

/** What both servers of the benchmark agree on. */
export const fixture = {
  couponId: couponId(7),
  user: userId(1),
  ordinal: 123_456,
  issuedAtMs: Date.UTC(2025, 2, 26, 10, 9, 17, 583),
  jwtSecret: 'a secret for the benchmark alone, on loopback',
  path: '/api/v1/coupons/7/issue',
};

/** The answer's bytes; the claim id is another each time in the real route, but as long. */
export const issuedBytes = JSON.stringify({
  couponId: fixture.couponId,
  ordinal: fixture.ordinal,
  claimId: '6c511cd9-e48c-4c47-a4b9-eab8e34aa90a',
  issuedAt: new Date(fixture.issuedAtMs).toISOString(),
});

/**
 * Listens on a free loopback port and tells the parent, once: `port` and, if there is one, `token`.
 * Ends when the parent goes.
 */
export async function listenAndTell(server: Server, token = ''): Promise<void> {
  await new Promise<void>((resolve) => {
    server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }, resolve);
  });
  const address = server.address();
  process.on('disconnect', () => process.exit(0));
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined, token });
}
