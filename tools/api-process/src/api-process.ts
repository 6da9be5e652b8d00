import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ServiceError } from '@coupon/services';
import { execa } from 'execa';
import { z } from 'zod';
import { startChild, type Child } from './child-process.js';
import { readyLine } from './ready-line.js';

/** The API's project, where it is built. */
const apiFolder = fileURLToPath(new URL('../../../apps/api', import.meta.url));
const listeningSchema = z.object({ msg: z.literal('listening'), url: z.url() });

/** The service as its own process. */
export interface ApiProcess {
  readonly url: string;
  readonly admin: { readonly email: string; readonly password: string };
  readonly child: Child;
  /** SIGTERM, then waits for the drain. */
  stop(): Promise<void>;
}

/**
 * What the instances of one service share, so that a token or a password of one is valid at all of
 * them.
 */
interface Secrets {
  readonly jwtSecret: string;
  readonly adminPassword: string;
}

/** How an API process is started. */
export interface ApiProcessSettings {
  /** A name, or the file that the strategy is loaded from. */
  readonly strategy: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly redisKeyPrefix: string;
  readonly logFile: string;
  readonly signal: AbortSignal;
  /** 0: any free port. */
  readonly port?: number;
  /** New ones unless given. */
  readonly secrets?: Secrets;
  /** Further settings of the service, over this process's own. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Builds the service as production runs it, into one bundle. */
export async function buildApi(): Promise<void> {
  await execa(process.execPath, ['build.mjs'], { cwd: apiFolder });
}

/**
 * Starts the built service and waits until it listens. Rejects with ServiceError, which has the end
 * of the log, when it does not.
 */
export async function startApi({
  strategy,
  databaseUrl,
  redisUrl,
  redisKeyPrefix,
  logFile,
  signal,
  port = 0,
  secrets = newSecrets(),
  env: further = {},
}: ApiProcessSettings): Promise<ApiProcess> {
  const admin = { email: 'admin@example.org', password: secrets.adminPassword };
  const env = {
    ...further,
    LOCK_STRATEGY: strategy,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    REDIS_KEY_PREFIX: redisKeyPrefix,
    HOST: '127.0.0.1',
    PORT: String(port),
    JWT_SECRET: secrets.jwtSecret,
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
  };
  const child = startChild(process.execPath, [`${apiFolder}/dist/main.js`], {
    env,
    logFile,
    signal,
  });
  const ready = await readyLine(child, listeningSchema);
  if (ready === null) {
    child.kill('SIGKILL');
    await child;
    signal.throwIfAborted();
    throw new ServiceError(
      `the API with LOCK_STRATEGY=${strategy} did not start:\n` +
        readFileSync(logFile, 'utf8').slice(-2_000),
    );
  }
  return {
    url: ready.url,
    admin,
    child,
    async stop() {
      child.kill('SIGTERM');
      await child;
    },
  };
}

const newSecrets = (): Secrets => ({
  jwtSecret: randomBytes(48).toString('base64url'),
  adminPassword: randomBytes(18).toString('base64url'),
});

/**
 * Starts `count` instances of one service, each on a port of its own over the same database and
 * Redis. The first starts alone: it makes the administrator. Rejects as startApi, with no instance
 * left.
 */
export async function startApis(
  settings: ApiProcessSettings,
  count: number,
): Promise<readonly [ApiProcess, ...ApiProcess[]]> {
  const shared: ApiProcessSettings = { ...settings, secrets: settings.secrets ?? newSecrets() };
  const first = await startApi(shared);
  const others = await Promise.allSettled(
    Array.from({ length: count - 1 }, (_, n) =>
      startApi({ ...shared, logFile: `${settings.logFile}.${n + 2}` }),
    ),
  );
  const started = others.flatMap((other) => (other.status === 'fulfilled' ? [other.value] : []));
  const failed = others.find((other) => other.status === 'rejected');
  if (failed === undefined) return [first, ...started];
  await Promise.all([first, ...started].map((api) => api.stop()));
  throw failed.reason;
}
