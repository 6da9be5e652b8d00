import type { Server } from 'node:http';
import { couponId, userId } from '@coupon/domain';

/** The claim that both servers of the benchmark answer. */
export const fixture = {
  couponId: couponId(7),
  user: userId(1),
  ordinal: 123_456,
  issuedAtMs: Date.UTC(2025, 2, 26, 10, 9, 17, 583),
  jwtSecret: 'a secret for the benchmark alone, on loopback',
  path: '/api/v1/coupons/7/issue',
};

/** The answer; the real route's claim id differs each time, but not its length. */
export const issuedBytes = JSON.stringify({
  couponId: fixture.couponId,
  ordinal: fixture.ordinal,
  claimId: '6c511cd9-e48c-4c47-a4b9-eab8e34aa90a',
  issuedAt: new Date(fixture.issuedAtMs).toISOString(),
});

/**
 * Listens on a free loopback port and sends the parent one message: `port`, `token`, the expected
 * `answer` and the claim's `path`. Ends with the parent.
 */
export async function listenAndReport(server: Server, token = ''): Promise<void> {
  await new Promise<void>((resolve) => {
    server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }, resolve);
  });
  const address = server.address();
  process.on('disconnect', () => process.exit(0));
  process.send?.({
    port: typeof address === 'object' ? address?.port : undefined,
    token,
    answer: issuedBytes,
    path: fixture.path,
  });
}
