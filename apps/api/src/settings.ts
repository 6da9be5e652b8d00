import { isIP } from 'node:net';
import { readSettings } from '@coupon/application';
import { runtimeSettings, SettingsParts, type RuntimeSettings } from '@coupon/runtime';

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
export interface Settings extends RuntimeSettings {
  readonly http: HttpSettings;
}

/**
 * Reads the whole environment and loads the strategy that it names. Rejects with ConfigFaults: the
 * faults of all parts together.
 */
export async function serviceSettings(env: NodeJS.ProcessEnv): Promise<Settings> {
  const parts = new SettingsParts();
  const http = await parts.read(() => httpSettings(env));
  const runtime = await parts.read(() => runtimeSettings(env));
  if (http && runtime) return { http, ...runtime };
  throw parts.faults();
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
