import { isIP } from 'node:net';
import { defineSettings, deriveSettings, flag, integer, text } from '@coupon/application';

const isHost = (value: string): boolean =>
  isIP(value) > 0 || /^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/i.test(value);
const isEmail = (value: string): boolean => value.length <= 254 && /^[^\s@]+@[^\s@]+$/.test(value);

const declaredSettings = defineSettings({
  adminEmail: text('ADMIN_EMAIL', {
    default: '',
    accepts: (value) => value === '' || isEmail(value),
    allowed: 'an email address',
    about: {
      en: 'the administrator that is created at the start, unless a user has that email',
      ko: '시작할 때 그 이메일의 사용자가 없으면 만드는 관리자',
    },
  }),
  adminPassword: text('ADMIN_PASSWORD', {
    default: '',
    accepts: (value) => value === '' || (value.length >= 8 && value.length <= 128),
    allowed: '8 to 128 characters',
    secret: true,
    about: { en: "that administrator's password", ko: '그 관리자의 비밀번호' },
  }),
  host: text('HOST', {
    default: '127.0.0.1',
    accepts: isHost,
    allowed: 'an IP address or a host name',
    about: { en: 'the address that the service listens on', ko: '서비스 주소' },
  }),
  port: integer('PORT', {
    default: 3_000,
    min: 0,
    max: 65_535,
    about: {
      en: 'the port that the service listens on; 0: any free one',
      ko: '서비스 포트. 0은 빈 포트',
    },
  }),
  workers: integer('API_WORKERS', {
    default: 1,
    min: 1,
    max: 64,
    about: {
      en:
        'processes that serve the port together (node:cluster); ' +
        'each has its own pool, queues and `/metrics`',
      ko:
        '포트를 함께 맡는 프로세스 수(node:cluster). ' +
        '풀과 대기 줄, `/metrics`는 프로세스마다 따로입니다',
    },
  }),
  connectionsMax: integer('HTTP_CONNECTIONS_MAX', {
    default: 10_000,
    min: 1,
    max: 100_000,
    about: { en: 'connections at the same time', ko: '동시 연결 수' },
  }),
  connectionsPerAddressMax: integer('HTTP_CONNECTIONS_PER_ADDRESS_MAX', {
    default: 5_000,
    min: 1,
    max: 100_000,
    about: {
      en: 'of these, how many one address may hold; behind a balancer, as many as there are',
      ko: '그 가운데 한 주소가 가질 수 있는 수. 로드 밸런서 뒤에서는 전체와 같게 둡니다',
    },
  }),
  headersMs: integer('HTTP_HEADERS_MS', {
    default: 10_000,
    min: 100,
    max: 300_000,
    unit: 'ms',
    about: {
      en: 'how long the headers of a request may take to arrive',
      ko: '요청 헤더가 도착하는 데 걸려도 되는 시간',
    },
  }),
  requestMs: integer('HTTP_REQUEST_MS', {
    default: 15_000,
    min: 100,
    max: 300_000,
    unit: 'ms',
    about: {
      en: 'how long a whole request may take to arrive, its headers included',
      ko: '헤더를 포함한 요청 전체가 도착하는 데 걸려도 되는 시간',
    },
  }),
  keepAliveMs: integer('HTTP_KEEP_ALIVE_MS', {
    default: 65_000,
    min: 1,
    max: 3_600_000,
    unit: 'ms',
    about: {
      en:
        'after which an idle connection is closed; ' +
        'longer than a balancer keeps its own (often 60 s)',
      ko: '쉬는 연결을 닫기까지의 시간. 로드 밸런서 쪽(흔히 60초)보다 길어야 합니다',
    },
  }),
  prepared: flag('HTTP_PREPARED', {
    default: true,
    about: {
      en: 'the fast request and response classes; false: plain Express, with the same bytes',
      ko: '빠른 요청·응답 클래스. false면 보통의 Express이며 응답 바이트는 같습니다',
    },
  }),
  jwtSecret: text('JWT_SECRET', {
    default: null,
    accepts: (value) => Buffer.byteLength(value) >= 32,
    allowed: 'at least 32 bytes, such as the output of: openssl rand -base64 48',
    secret: true,
    about: { en: 'signs tokens (HS256)', ko: '토큰 서명 키(HS256)' },
  }),
  jwtLifetimeS: integer('JWT_LIFETIME_S', {
    default: 3_600,
    min: 1,
    max: 31_536_000,
    unit: 's',
    about: { en: 'how long a token is valid', ko: '토큰의 수명' },
  }),
  issueDeadlineMs: integer('ISSUE_DEADLINE_MS', {
    default: 20_000,
    min: 1,
    max: 120_000,
    unit: 'ms',
    about: {
      en: 'how long one claim may wait in all',
      ko: '발급 요청 하나가 기다릴 수 있는 전체 시간',
    },
  }),
  catalogStaleMs: integer('CATALOG_STALE_MS', {
    default: 1_000,
    min: 0,
    max: 60_000,
    unit: 'ms',
    about: {
      en: "how old a coupon's definition may be when a claim is admitted by it",
      ko: '발급 자격을 판단할 때 쓰는 쿠폰 정의가 얼마나 오래되어도 되는지',
    },
  }),
  catalogStaleWhenDownMs: integer('CATALOG_STALE_WHEN_DOWN_MS', {
    default: 300_000,
    min: 0,
    max: 86_400_000,
    unit: 'ms',
    about: {
      en:
        'how much older it may be while the database does not answer; ' +
        'only `redis-counter` issues then',
      ko:
        '데이터베이스가 응답하지 않는 동안 그보다 얼마나 더 오래되어도 되는지. ' +
        '그동안은 `redis-counter`만 발급합니다',
    },
  }),
  drainNoticeMs: integer('DRAIN_NOTICE_MS', {
    default: 200,
    min: 0,
    max: 60_000,
    unit: 'ms',
    about: {
      en: 'on SIGTERM: how long the service reports that it is not ready before it stops accepting',
      ko: 'SIGTERM 뒤 연결을 그만 받기 전에 준비되지 않음을 알리는 시간',
    },
  }),
  drainDeadlineMs: integer('DRAIN_DEADLINE_MS', {
    default: 25_000,
    min: 0,
    max: 300_000,
    unit: 'ms',
    about: {
      en: 'then every accepted claim is answered, for at most this long',
      ko: '그 뒤 받아들인 모든 요청에 응답하는 최대 시간',
    },
  }),
});

/**
 * How the service listens, signs tokens and drains; its parts have settings of their own. Throws
 * ConfigFaults.
 */
export const httpSettings = deriveSettings(
  declaredSettings,
  ({ adminEmail: email, adminPassword: password, ...http }, read, env) => {
    if (http.requestMs < http.headersMs)
      read.fault('HTTP_REQUEST_MS', String(http.requestMs), 'at least HTTP_HEADERS_MS', undefined);
    if (env['ADMIN_EMAIL'] && !env['ADMIN_PASSWORD'])
      read.fault('ADMIN_PASSWORD', '', 'set together with ADMIN_EMAIL', undefined);
    if (env['ADMIN_PASSWORD'] && !env['ADMIN_EMAIL'])
      read.fault('ADMIN_EMAIL', '', 'set together with ADMIN_PASSWORD', undefined);
    return { ...http, admin: email === '' || password === '' ? null : { email, password } };
  },
);

/** See {@link httpSettings}. */
export type HttpSettings = ReturnType<typeof httpSettings>;
