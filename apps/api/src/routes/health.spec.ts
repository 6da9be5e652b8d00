import { createServer } from 'node:http';
import { afterEach, expect, it } from '@jest/globals';
import { silentLog } from '@coupon/runtime';
import { createApp } from '../app.js';
import { healthRoutes, type HealthRouteDeps } from './health.js';

const server = createServer();
afterEach(() => new Promise((resolve) => server.removeAllListeners('request').close(resolve)));

/** What a service with these alarms answers to GET /readyz. */
async function readiness(alarms: HealthRouteDeps['alarms']) {
  const routes = healthRoutes({
    dependencies: () => [{ name: 'redis', ping: () => Promise.resolve() }],
    alarms,
    drain: { draining: false },
    metrics: { contentType: 'text/plain', text: () => Promise.resolve('') },
  });
  server.on('request', createApp(routes, silentLog));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  const body: unknown = await response.json();
  return { status: response.status, body };
}

const ready = { status: 'ok', dependencies: { redis: 'up' } };

it('readiness shows alarms, and is no less ready for them', async () =>
  expect(await readiness(() => Promise.resolve(['rows are missing']))).toEqual({
    status: 200,
    body: { ...ready, alarms: ['rows are missing'] },
  }));

it('readiness does not depend on whether alarms can be read', async () =>
  expect(await readiness(() => Promise.reject(new Error('down')))).toEqual({
    status: 200,
    body: ready,
  }));
