import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { FaultProxy } from './fault-proxy.js';

const PING = '*1\r\n$4\r\nPING\r\n';

let server: Server;
let proxy: FaultProxy;
const sockets = new Set<Socket>();

beforeEach(async () => {
  server = createServer((socket) => {
    sockets.add(socket.on('error', () => socket.destroy()));
    socket.on('data', () => socket.write('+PONG\r\n'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  proxy = await FaultProxy.open('redis', `redis://127.0.0.1:${address.port}`);
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await proxy[Symbol.asyncDispose]();
  server.close();
});

interface Talk {
  readonly socket: Socket;
  /** Whether it answers a PING; false after a second without any event. */
  answers(): Promise<boolean>;
  isEnded: boolean;
}

async function talk(): Promise<Talk> {
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  sockets.add(socket);
  await once(socket, 'connect');
  const one: Talk = {
    socket,
    isEnded: false,
    async answers() {
      const answer = once(socket, 'data').then(() => true);
      socket.write(PING);
      return Promise.race([answer, sleep(1_000).then(() => false)]);
    },
  };
  socket.on('end', () => (one.isEnded = true)).on('error', () => (one.isEnded = true));
  return one;
}

it('a silent host neither answers nor ends anything; later connections work', async () => {
  const before = await talk();
  expect(await before.answers()).toBe(true);
  const heal = proxy.silence();
  expect(await before.answers()).toBe(false);
  const during = await talk();
  expect(await during.answers()).toBe(false);
  heal();
  expect(await (await talk()).answers()).toBe(true);
  expect(await before.answers()).toBe(false);
  expect(await during.answers()).toBe(false);
  expect([before.isEnded, during.isEnded]).toEqual([false, false]);
});

it('a side that ends is not told of to the other, and gets no end in return', async () => {
  const client = await talk();
  expect(await client.answers()).toBe(true);
  const ofServer = [...sockets].find((socket) => socket !== client.socket);
  if (ofServer === undefined) throw new Error('the server has a connection');
  let isToldOf = false;
  ofServer.on('end', () => (isToldOf = true)).on('close', () => (isToldOf = true));
  proxy.silence();
  client.socket.end();
  await sleep(300);
  expect([client.isEnded, isToldOf]).toEqual([false, false]);
});
