import { defineSettings, integer, text } from '@coupon/application';

const isRedisUrl = (value: string): boolean =>
  URL.canParse(value) && ['redis:', 'rediss:'].includes(new URL(value).protocol);

/** How the service uses Redis. Reads REDIS_*. Throws ConfigFaults. */
export const redisSettings = defineSettings({
  url: text('REDIS_URL', {
    default: 'redis://127.0.0.1:6379',
    accepts: isRedisUrl,
    allowed: 'redis://[user:password@]host:port',
    secret: true,
    about: {
      en: 'Redis; used only by strategies that need it',
      ko: 'Redis. 필요한 전략만 사용합니다',
    },
  }),
  keyPrefix: text('REDIS_KEY_PREFIX', {
    default: 'coupon-race:',
    accepts: (value) => /^[\w:.-]{1,64}$/.test(value),
    allowed: '1 to 64 letters, digits and _ : . -',
    about: {
      en: 'put before every key, so that several services can share one Redis',
      ko: '모든 키 앞에 붙습니다. 여러 서비스가 Redis 하나를 함께 쓸 수 있습니다',
    },
  }),
  connectMs: integer('REDIS_CONNECT_MS', {
    default: 1_000,
    min: 50,
    max: 60_000,
    unit: 'ms',
    about: { en: 'longest wait for a connection', ko: '연결을 기다리는 최대 시간' },
  }),
  // the only thing that ends the wait for a paused Redis
  commandMs: integer('REDIS_COMMAND_MS', {
    default: 1_000,
    min: 50,
    max: 60_000,
    unit: 'ms',
    about: {
      en: 'longest wait for the answer to one command',
      ko: '명령 하나의 응답을 기다리는 최대 시간',
    },
  }),
});

/** See {@link redisSettings}. */
export type RedisSettings = ReturnType<typeof redisSettings>;
