import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createCoupon } from './api-client.js';
import { serviceFixture, startServiceWithUsers, type ServiceWithUsers } from './service-fixture.js';

const CONNECTIONS_MAX = 20;
const fixture = serviceFixture();
const opened: Socket[] = [];

afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
});

/** A client that keeps its half of a connection open, whatever the server does with the other. */
function hold(url: string, sent = ''): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true }, () => {
      if (sent !== '') socket.write(sent);
      resolve(socket);
    });
    socket.on('error', () => resolve(socket));
    opened.push(socket);
  });
}

const holdAll = (url: string, sent?: string): Promise<Socket[]> =>
  Promise.all(Array.from({ length: CONNECTIONS_MAX }, () => hold(url, sent)));

/** Resolves with the status once there is an answer; a test's timeout ends the wait. */
async function firstAnswer(url: string): Promise<number> {
  for (;;) {
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    if (answer !== null) return answer.status;
    await sleep(100);
  }
}

const limits = {
  HTTP_CONNECTIONS_MAX: String(CONNECTIONS_MAX),
  HTTP_CONNECTIONS_PER_ADDRESS_MAX: String(CONNECTIONS_MAX),
  HTTP_HEADERS_MS: '500',
};

describe('connections that are kept from others', () => {
  it.each([
    ['say nothing', ''],
    ['never end their headers', 'GET /healthz HTTP/1.1\r\nHost: a\r\n'],
    ['send what is not HTTP', '\0\r\n\r\n'],
  ])(
    'are ended when they %s',
    async (_what, sent) => {
      const { url } = await fixture().startService(limits);
      await holdAll(url, sent);
      expect(await firstAnswer(url)).toBe(200);
    },
    60_000,
  );

  it('are ended when a client goes on after it was refused', async () => {
    const { url } = await fixture().startService(limits);
    const sockets = await holdAll(url, '\0\r\n\r\n');
    const dripping = setInterval(() => sockets.forEach((socket) => socket.write('x')), 50);
    try {
      expect(await firstAnswer(url)).toBe(200);
    } finally {
      clearInterval(dripping);
    }
  }, 60_000);

  it('are not all given to one address', async () => {
    const { url } = await fixture().startService({
      ...limits,
      HTTP_HEADERS_MS: '60000',
      HTTP_REQUEST_MS: '60000',
      HTTP_CONNECTIONS_PER_ADDRESS_MAX: '5',
    });
    const sockets = await holdAll(url);
    const ended = sockets.map(
      (socket) => new Promise((resolve) => socket.on('end', resolve).on('close', resolve).resume()),
    );
    let count = 0;
    for (const end of ended) void end.then(() => (count += 1));
    while (count < CONNECTIONS_MAX - 5) await sleep(20);
    expect(count).toBe(CONNECTIONS_MAX - 5);
  }, 60_000);

  it('hold up no stop when they have sent nothing', async () => {
    const { url, stop } = await fixture().startService({ DRAIN_DEADLINE_MS: '40000' });
    await hold(url);
    await stop(); // a test's timeout is shorter than the drain's deadline
  }, 30_000);
});

describe('what is not HTTP', () => {
  it('is answered 400, and the service lives', async () => {
    const { call, url } = await fixture().startService();
    const socket = await hold(url, 'hello there\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*"reason":"INVALID_REQUEST"/);
    expect((await call('GET', '/healthz')).status).toBe(200);
  });
});

const COUPONS = 100;
const page = 'GET /api/v1/coupons?limit=100 HTTP/1.1\r\nHost: a\r\n\r\n';

describe('reads', () => {
  let service: ServiceWithUsers;
  let couponId: number;
  const claim = () =>
    service.call('POST', `/api/v1/coupons/${couponId}/issue`, { token: service.userToken });

  beforeAll(async () => {
    service = await startServiceWithUsers(fixture(), { MYSQL_QUEUE_MAX: '50' });
    for (let n = 0; n < COUPONS; n += 1)
      couponId = await createCoupon(service.call, service.adminToken, 1_000);
  }, 60_000);

  it('of a client that pipelines them and reads nothing are ended, and stop no claim', async () => {
    const flood = await hold(service.url, page.repeat(20_000));
    const ended = new Promise((resolve) => flood.once('close', resolve));
    for (let n = 0; n < 20; n += 1) expect((await claim()).status).toBe(200);
    await ended;
  }, 60_000);

  it('that a client has sent ahead are answered in their order', async () => {
    const ids = Array.from({ length: 50 }, (_, n) => couponId - n);
    const get = (id: number) => `GET /api/v1/coupons/${id} HTTP/1.1\r\nHost: a\r\n\r\n`;
    const socket = await hold(service.url, ids.map(get).join(''));
    let text = '';
    for await (const chunk of socket) {
      text += String(chunk);
      if (text.split('HTTP/1.1 200').length > ids.length) break;
    }
    expect([...text.matchAll(/"id":(\d+)/g)].map(([, id]) => Number(id))).toEqual(ids);
  }, 60_000);

  it('of many clients are refused when too many wait, and stop no claim', async () => {
    const end = new AbortController();
    const statuses = new Set<number>();
    const readers = Array.from({ length: 300 }, async () => {
      while (!end.signal.aborted)
        statuses.add((await service.call('GET', '/api/v1/coupons?limit=100')).status);
    });
    const claims = [];
    for (let n = 0; n < 20; n += 1) claims.push((await claim()).status);
    end.abort();
    await Promise.all(readers);
    expect(claims).toEqual(claims.map(() => 200));
    expect([...statuses].filter((status) => ![200, 503].includes(status))).toEqual([]);
  }, 60_000);
});
