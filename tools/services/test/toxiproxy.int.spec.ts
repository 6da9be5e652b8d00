import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { provideToxiproxy, ServiceMissing, type Toxiproxy, type ToxicProxy } from '../src/index.js';
import { thisMachine } from '../src/machine.js';

/** Echoes what it receives. */
async function echoServer(): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, url: `redis://user:word@127.0.0.1:${address.port}/0` };
}

/** A connection, what it has received, and how it ended (null: it is open). */
interface Talk {
  readonly socket: Socket;
  received: string;
  end: string | null;
}

async function talkTo(url: string): Promise<Talk> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const talk: Talk = { socket, received: '', end: null };
  socket.on('data', (bytes) => (talk.received += bytes.toString()));
  socket.on('error', (error) => (talk.end ??= 'code' in error ? String(error.code) : error.name));
  socket.on('close', () => (talk.end ??= 'closed'));
  await new Promise((settled) => socket.on('connect', settled).on('close', settled));
  return talk;
}

async function until(holds: () => boolean): Promise<boolean> {
  const deadlineMs = performance.now() + 15_000;
  while (!holds() && performance.now() < deadlineMs) await sleep(10);
  return holds();
}

describe('Toxiproxy', () => {
  const talks: Talk[] = [];
  let echo: Awaited<ReturnType<typeof echoServer>>;
  let toxiproxy: Toxiproxy;
  let proxy: ToxicProxy;

  const talk = async (): Promise<Talk> => {
    const one = await talkTo(proxy.url);
    talks.push(one);
    return one;
  };
  const say = async (one: Talk, text: string): Promise<boolean> => {
    one.received = '';
    one.socket.write(text);
    return until(() => one.received === text);
  };

  beforeAll(async () => {
    echo = await echoServer();
    toxiproxy = await provideToxiproxy();
    proxy = await toxiproxy.open(echo.url);
  }, 900_000); // it may have to be built

  afterAll(async () => {
    for (const { socket } of talks) socket.destroy();
    await toxiproxy[Symbol.asyncDispose]();
    echo.server.close();
  });

  it('passes bytes on at the URL that it gives, which keeps all but the place', async () => {
    const given = new URL(proxy.url);
    expect([given.hostname, given.username, given.pathname]).toEqual(['127.0.0.1', 'user', '/0']);
    expect(given.port).not.toBe(new URL(echo.url).port);
    expect(await say(await talk(), 'hello')).toBe(true);
  });

  it('holds the bytes of one direction back for the latency, until it is removed', async () => {
    const one = await talk();
    const remove = await proxy.add('downstream', { type: 'latency', latency: 300 });
    const startMs = performance.now();
    expect(await say(one, 'late')).toBe(true);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(290);
    await remove();
    expect(await say(one, 'soon')).toBe(true);
  });

  it('lets a direction fall silent, with the connection open', async () => {
    const one = await talk();
    const remove = await proxy.add('upstream', { type: 'timeout', timeout: 0 });
    one.socket.write('unheard');
    await sleep(300);
    expect([one.received, one.end]).toEqual(['', null]);
    await remove();
    expect(await say(await talk(), 'heard')).toBe(true);
  });

  it('resets connections that were made since the toxic was added', async () => {
    const remove = await proxy.add('downstream', { type: 'reset_peer', timeout: 0 });
    const one = await talk();
    one.socket.write('x');
    expect(await until(() => one.end !== null)).toBe(true);
    expect(one.end).toBe('ECONNRESET');
    await remove();
    expect(await say(await talk(), 'again')).toBe(true);
  });

  it('resets established connections at once where a reset was prepared', async () => {
    const remove = await proxy.add('downstream', { type: 'reset_peer', timeout: 0, toxicity: 0 });
    const one = await talk();
    expect(await say(one, 'before')).toBe(true);
    await proxy.disable();
    expect(await until(() => one.end !== null)).toBe(true);
    expect(one.end).toBe('ECONNRESET');
    await proxy.enable();
    await remove();
  });

  it('closes and refuses connections while disabled, then answers at the same URL', async () => {
    const one = await talk();
    await proxy.disable();
    expect(await until(() => one.end !== null)).toBe(true);
    expect((await talk()).end).toBe('ECONNREFUSED');
    await proxy.enable();
    expect(await say(await talk(), 'back')).toBe(true);
  });

  it('ends a proxy, and itself', async () => {
    const own = await provideToxiproxy();
    const one = await own.open(echo.url);
    const two = await own.open(echo.url);
    await one[Symbol.asyncDispose]();
    expect((await talkTo(one.url)).end).toBe('ECONNREFUSED');
    await own[Symbol.asyncDispose]();
    expect((await talkTo(two.url)).end).toBe('ECONNREFUSED');
    await expect(own.open(echo.url)).rejects.toThrow(/Toxiproxy: POST \/proxies/);
  }, 30_000);

  it('is named with its remedies where it cannot be had', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'no-cache-'));
    const env = { ...process.env, COUPON_RACE_INSTALL: 'never', XDG_CACHE_HOME: cache };
    const bare = { ...thisMachine(env), folders: [] };
    await expect(provideToxiproxy(undefined, bare)).rejects.toThrow(ServiceMissing);
    await expect(provideToxiproxy(undefined, bare)).rejects.toThrow(/toxiproxy-server/);
    rmSync(cache, { recursive: true });
  });
});
