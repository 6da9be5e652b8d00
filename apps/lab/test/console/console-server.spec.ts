import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { liveEventSchema } from '@coupon/results';
import { pluginNamed } from '@coupon/strategies';
import { Archive } from '../../src/console/archive.js';
import { openConsole, type Console } from '../../src/console/console-server.js';
import { FaultCells } from '../../src/console/fault-cells.js';
import type { JobHandlers } from '../../src/console/job-runner.js';
import { UserError } from '../../src/run/user-error.js';

const id = '2026-01-01T00-00-00-000Z';
let folder: string;
let lab: Console;
let stopped: number;
/** What the next races fail with. */
let broken: Error | null;
let address: URL;
let token: string;

/** A race that ends only when it is stopped, a moment later, as one with processes does. */
const endless: JobHandlers = {
  race: async (_heats, { openProgress, signal }) => {
    if (broken !== null) throw broken;
    openProgress();
    await new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    await sleep(50);
    stopped += 1;
  },
  explore: () => Promise.reject(new Error('no database')),
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coupon-console-'));
  for (const part of ['page', `results/${id}`, 'elsewhere'])
    mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(join(folder, 'page/index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(folder, 'elsewhere/report.html'), 'secret');
  writeFileSync(join(folder, `results/${id}/report.html`), 'the report');
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'results/2026-01-02T00-00-00-000Z'));
  stopped = 0;
  broken = null;
  lab = await openConsole({
    port: 0,
    pageFolder: join(folder, 'page'),
    archive: new Archive(join(folder, 'results')),
    faultCells: new FaultCells(join(folder, 'results/faults')),
    plugins: [pluginNamed('no-lock')],
    jobHandlers: endless,
  });
  address = new URL(lab.url);
  token = address.searchParams.get('token') ?? '';
});
afterEach(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/**
 * Asks over a plain socket, with any headers: fetch forbids to set Host, Origin and Sec-Fetch-Site.
 */
function ask(
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
    known = true,
  }: { method?: string; headers?: Record<string, string>; body?: object; known?: boolean } = {},
): Promise<Answer> {
  const sent = {
    ...(known ? { authorization: `Bearer ${token}` } : {}),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port: address.port, path, method, headers: sent, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => void (text += part));
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, text }),
        );
      },
    );
    asked.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Listens until there are `count` events. */
function listen(
  count: number,
  headers: Record<string, string> = {},
): Promise<{ id: string; event: { kind: string; state?: { race: { phase: string } | null } } }[]> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port: address.port,
        path: '/api/events',
        headers: { authorization: `Bearer ${token}`, ...headers },
        agent: false,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
          const events = [...text.matchAll(/id: (\S+)\ndata: (.*)\n\n/g)].map(
            ([, eventId = '', data = '']) => ({
              id: eventId,
              event: liveEventSchema.parse(JSON.parse(data)),
            }),
          );
          if (events.length < count) return;
          asked.destroy();
          resolve(events);
        });
      },
    );
    asked.on('error', (error) => reject(error)).end();
  });
}

const wanted = { strategies: ['no-lock'], profile: 'smoke', repeats: 1, instances: 1 };
const start = (body: object = wanted): Promise<Answer> =>
  ask('/api/race', { method: 'POST', body });

describe('the door', () => {
  it('takes the token once for a cookie, and lets in nobody without either', async () => {
    const entered = await ask(`/?token=${token}`, { known: false });
    const cookie = String(entered.headers['set-cookie']);
    expect([entered.status, entered.headers.location]).toEqual([303, '/']);
    expect(cookie).toMatch(/HttpOnly.*SameSite=Strict/);
    expect(
      (await ask('/', { known: false, headers: { cookie: cookie.split(';')[0] ?? '' } })).status,
    ).toBe(200);
    for (const path of [
      '/',
      '/api/choices',
      '/api/events',
      `/?token=${'x'.repeat(token.length)}`,
      `/?token=${token}x`,
    ])
      expect((await ask(path, { known: false })).status).toBe(401);
    expect(
      (await ask('/api/choices', { headers: { authorization: `Bearer ${token.slice(1)}` } }))
        .status,
    ).toBe(401);
  });

  it.each([
    [{ host: 'evil.example' }, 421],
    [{ origin: 'https://evil.example' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
  ])('a request with %j is answered %i, with the token or without', async (headers, status) => {
    expect((await ask('/api/choices', { headers })).status).toBe(status);
    if (status !== 200)
      expect((await ask('/api/choices', { headers, known: false })).status).toBe(status);
  });

  it('forbids inline scripts to the page, and the lab to reports', async () => {
    const page = await ask('/');
    const report = await ask(`/results/${id}/report.html`);
    expect(page.headers['content-security-policy']).toMatch(
      /default-src 'none'; script-src 'self'; style-src 'self'/,
    );
    expect(page.headers['content-security-policy']).not.toContain('unsafe');
    expect(report.text).toBe('the report');
    expect(report.headers['content-security-policy']).toMatch(/^sandbox allow-scripts/);
    expect(report.headers['content-security-policy']).not.toMatch(/allow-same-origin|connect-src/);
  });
});

describe('races', () => {
  it('run one at a time; a second is told so, and a stop ends what was started', async () => {
    expect((await start()).status).toBe(202);
    expect((await start()).status).toBe(409);
    expect(
      (await ask('/api/schedules', { method: 'POST', body: { strategy: 'no-lock', clients: 2 } }))
        .status,
    ).toBe(409);
    expect((await ask('/api/stop', { method: 'POST' })).status).toBe(200);
    expect(stopped).toBe(1);
    expect((await ask('/api/stop', { method: 'POST' })).status).toBe(404);
    expect((await start()).status).toBe(202);
  });

  it('end with the lab', async () => {
    await start();
    await lab[Symbol.asyncDispose]();
    expect(stopped).toBe(1);
  });

  it.each([
    [{ ...wanted, strategies: ['../../evil.mjs'] }],
    [{ ...wanted, strategies: ['no-lok'] }],
    [{ ...wanted, strategies: [] }],
    [{ ...wanted, profile: '../package' }],
    [{ ...wanted, repeats: 1_000 }],
    [{ ...wanted, instances: 0 }],
    [{ ...wanted, more: 1 }],
  ])('%j is refused', async (body) => {
    expect((await start(body)).status).toBe(400);
    expect((await start()).status).toBe(202); // and nothing is left under way
  });

  it('are told from where a page left off, or from the start where that is not known', async () => {
    const [first] = await listen(1);
    expect(first?.event).toEqual({
      kind: 'live',
      state: { race: null, exploring: null, exploreFault: null },
    });
    await start();
    const missed = await listen(2, { 'last-event-id': first?.id ?? '' });
    expect(missed.map(({ event }) => event.kind)).toEqual(['race', 'phase']);
    expect(
      (await listen(1, { 'last-event-id': missed[0]?.id ?? '' })).map(({ event }) => event.kind),
    ).toEqual(['phase']);
    for (const stranger of ['0-1', 'nonsense', `${first?.id.split('-')[0]}-99`]) {
      const [whole] = await listen(1, { 'last-event-id': stranger });
      expect(whole?.event).toMatchObject({ kind: 'live', state: { race: { phase: 'running' } } });
    }
  });

  it('that fail say why, and leave the room free', async () => {
    broken = new UserError('k6 is not there');
    await start();
    await sleep(20);
    expect((await listen(1))[0]?.event).toMatchObject({
      state: { race: { phase: 'failed', fault: 'k6 is not there' } },
    });
    expect((await start()).status).toBe(202);
  });

  it('go on when every page leaves', async () => {
    await start();
    await listen(1);
    await sleep(50);
    expect(stopped).toBe(0);
    expect((await listen(1))[0]?.event).toMatchObject({ state: { race: { phase: 'running' } } });
  });
});

describe('the archive', () => {
  it.each([
    '..',
    '%2e%2e',
    '..%2felsewhere',
    'elsewhere',
    '2026-01-02T00-00-00-000Z',
    `${id}%2f..%2f..%2felsewhere`,
    `${id}%00`,
  ])('%s is no race: neither shown nor deleted', async (name) => {
    for (const path of [`/results/${name}/report.html`, `/api/races/${name}`])
      expect((await ask(path)).status).toBe(404);
    expect((await ask(`/api/races/${name}`, { method: 'DELETE' })).status).toBe(404);
    expect((await ask(`/results/${id}/report.html`)).status).toBe(200);
  });

  it('deletes a race with all its files, once', async () => {
    expect((await ask(`/api/races/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await ask(`/api/races/${id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await ask(`/results/${id}/report.html`)).status).toBe(404);
  });

  it('leaves out what is no result', async () => {
    writeFileSync(join(folder, `results/${id}/result.json`), '{"torn":');
    expect(JSON.parse((await ask('/api/races')).text)).toEqual([]);
  });
});

describe('an exploration that fails', () => {
  it('says why, and leaves the room free', async () => {
    expect(
      (await ask('/api/schedules', { method: 'POST', body: { strategy: 'no-lock', clients: 2 } }))
        .status,
    ).toBe(202);
    await sleep(20);
    expect((await listen(1))[0]?.event).toMatchObject({
      state: { exploring: null, exploreFault: 'no database' },
    });
    expect((await start()).status).toBe(202);
  });
});
