import { isIPv4 } from 'node:net';
import { sendJson } from '../responses.js';
import type { Drain } from '../drain.js';
import { RequestError } from '../errors.js';
import type { Route } from './route.js';

/** A server that the service cannot work without. */
export interface Dependency {
  readonly name: string;
  /** Resolves when the server responds, rejects when it does not. */
  ping(): Promise<void>;
}

/** What the routes for operators depend on. */
export interface HealthRouteDeps {
  /** The dependencies in use at this moment. */
  readonly dependencies: () => readonly Dependency[];
  /** What an operator must look at; it does not make the service unready. */
  readonly alarms: () => Promise<readonly string[]>;
  readonly drain: Pick<Drain, 'draining'>;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
}

const CHECK_MS = 1_000;

/**
 * GET /healthz (the process lives), /readyz (it can serve; names what is down and, where there are
 * any, alarms), /metrics (for Prometheus on this machine only).
 */
export function healthRoutes({
  dependencies,
  alarms,
  drain,
  metrics,
}: HealthRouteDeps): readonly Route[] {
  const check = shared(async () => {
    const pings = dependencies().map(async (dependency) => {
      const isUp = dependency.ping().then(() => 'up');
      return [dependency.name, await soon(isUp, 'down')] as const;
    });
    return { raised: await soon(alarms(), []), checked: await Promise.all(pings) };
  });
  return [
    { path: '/healthz', get: [(_req, res) => sendJson(res, 200, { status: 'ok' })] },
    {
      path: '/readyz',
      get: [
        async (_req, res) => {
          const { raised, checked } = await check();
          const up = checked.every(([, state]) => state === 'up');
          const status = drain.draining ? 'draining' : up ? 'ok' : 'unavailable';
          sendJson(res, status === 'ok' ? 200 : 503, {
            status,
            dependencies: Object.fromEntries(checked),
            ...(raised.length > 0 ? { alarms: raised } : {}),
          });
        },
      ],
    },
    {
      path: '/metrics',
      get: [
        async (req, res) => {
          if (!isLoopback(req.socket.remoteAddress)) throw new RequestError('NOT_FOUND');
          res.setHeader('Content-Type', metrics.contentType);
          res.end(await metrics.text());
        },
      ],
    },
  ];
}

const isLoopback = (address = ''): boolean => {
  const v4 = address.replace(/^::ffff:/, '');
  return address === '::1' || (isIPv4(v4) && v4.startsWith('127.'));
};

/** Whoever asks while a check is under way gets its result: many probes are no load. */
function shared<T>(check: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined;
  return () => {
    current ??= check().finally(() => (current = undefined));
    return current;
  };
}

/**
 * What `check` resolves with; `otherwise` where it rejects or is silent for a second, since a
 * paused Redis is silent for ever.
 */
async function soon<T>(check: Promise<T>, otherwise: T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, CHECK_MS, otherwise);
  });
  try {
    return await Promise.race([check, silence]);
  } catch {
    return otherwise;
  } finally {
    clearTimeout(timer);
  }
}
