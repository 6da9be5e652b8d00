import { isIP } from 'node:net';
import { ConfigFaults, readSettings, type ConfigFault } from '@coupon/application';
import { mysqlSettings, type MysqlSettings } from '@coupon/mysql';
import { redisSettings, type RedisSettings } from '@coupon/redis';
import { loadPlugin, type Plugin } from '@coupon/strategies';
import { telemetrySettings, type LogLevel } from '@coupon/telemetry';

/** The service's own settings; its parts have theirs. */
export interface HttpSettings {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Processes that serve the port together; 1: this one alone. */
  readonly workers: number;
  readonly connectionsMax: number;
  readonly prepared: boolean;
  readonly jwtSecret: string;
  readonly jwtLifetimeS: number;
  /** An administrator to be made at boot where there is none of that email. */
  readonly admin: { readonly email: string; readonly password: string } | null;
  /** How long one claim may wait. */
  readonly issueDeadlineMs: number;
  /** How old a coupon's definition may be when a claim is admitted by it. */
  readonly catalogStaleMs: number;
  readonly drainNoticeMs: number;
  readonly drainDeadlineMs: number;
}

/** Everything that the environment says. */
export interface Settings {
  readonly http: HttpSettings;
  readonly mysql: MysqlSettings;
  readonly redis: RedisSettings;
  readonly strategyName: string;
  /** Whether the strategy holds with several processes at once. */
  readonly acrossProcesses: boolean;
  /** Opens the strategy with its own settings, which have been checked by now. */
  readonly openStrategy: ReturnType<Plugin['configure']>;
  readonly logLevel: LogLevel;
}

/**
 * Reads the whole environment and loads the strategy it names. Rejects with ConfigFaults: the
 * faults of all parts together.
 */
export async function serviceSettings(env: NodeJS.ProcessEnv): Promise<Settings> {
  const faults: ConfigFault[] = [];
  const part = async <T>(read: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ConfigFaults)) throw error;
      faults.push(...error.faults);
      return undefined;
    }
  };
  const http = await part(() => httpSettings(env));
  const mysql = await part(() => mysqlSettings(env));
  const redis = await part(() => redisSettings(env));
  const telemetry = await part(() => telemetrySettings(env));
  // A default that is right: whoever wants the broken one must ask for it.
  const strategy = await part(async () => {
    const plugin = await loadPlugin(env['LOCK_STRATEGY'] || 'mysql-for-update');
    return {
      strategyName: plugin.name,
      acrossProcesses: plugin.guarantees.acrossProcesses,
      openStrategy: plugin.configure(env),
    };
  });
  if (http && mysql && redis && telemetry && strategy)
    return { http, mysql, redis, ...strategy, logLevel: telemetry.logLevel };
  throw new ConfigFaults(faults);
}

const isHost = (value: string): boolean =>
  isIP(value) > 0 || /^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/i.test(value);
const isEmail = (value: string): boolean => value.length <= 254 && /^[^\s@]+@[^\s@]+$/.test(value);

function httpSettings(env: NodeJS.ProcessEnv): HttpSettings {
  return readSettings(env, (read) => {
    const secretAllowed = 'at least 32 bytes, such as the output of: openssl rand -base64 48';
    const email = read.text('ADMIN_EMAIL', {
      fallback: '',
      accepts: (value) => value === '' || isEmail(value),
      allowed: 'an email address',
    });
    const password = read.text('ADMIN_PASSWORD', {
      fallback: '',
      accepts: (value) => value === '' || (value.length >= 8 && value.length <= 128),
      allowed: '8 to 128 characters',
      secret: true,
    });
    if (env['ADMIN_EMAIL'] && !env['ADMIN_PASSWORD'])
      read.fault('ADMIN_PASSWORD', '', 'set together with ADMIN_EMAIL', undefined);
    if (env['ADMIN_PASSWORD'] && !env['ADMIN_EMAIL'])
      read.fault('ADMIN_EMAIL', '', 'set together with ADMIN_PASSWORD', undefined);
    return {
      host: read.text('HOST', {
        fallback: '127.0.0.1',
        accepts: isHost,
        allowed: 'an IP address or a host name',
      }),
      port: read.integer('PORT', { fallback: 3_000, min: 0, max: 65_535 }),
      workers: read.integer('API_WORKERS', { fallback: 1, min: 1, max: 64 }),
      connectionsMax: read.integer('HTTP_CONNECTIONS_MAX', {
        fallback: 10_000,
        min: 1,
        max: 100_000,
      }),
      prepared: read.flag('HTTP_PREPARED', true),
      jwtSecret: read.text('JWT_SECRET', {
        fallback: '',
        accepts: (value) => Buffer.byteLength(value) >= 32,
        allowed: secretAllowed,
        secret: true,
      }),
      jwtLifetimeS: read.integer('JWT_LIFETIME_S', { fallback: 3_600, min: 1, max: 31_536_000 }),
      admin: email === '' || password === '' ? null : { email, password },
      issueDeadlineMs: read.integer('ISSUE_DEADLINE_MS', {
        fallback: 20_000,
        min: 1,
        max: 120_000,
      }),
      catalogStaleMs: read.integer('CATALOG_STALE_MS', { fallback: 1_000, min: 0, max: 60_000 }),
      drainNoticeMs: read.integer('DRAIN_NOTICE_MS', { fallback: 200, min: 0, max: 60_000 }),
      drainDeadlineMs: read.integer('DRAIN_DEADLINE_MS', {
        fallback: 25_000,
        min: 0,
        max: 300_000,
      }),
    };
  });
}
