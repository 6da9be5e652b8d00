import { defineSettings, oneOf } from '@coupon/application';
import { logLevels } from './pino-log.js';

/** Reads LOG_LEVEL. Throws ConfigFaults. */
export const telemetrySettings = defineSettings({
  logLevel: oneOf('LOG_LEVEL', {
    default: 'info',
    words: logLevels,
    about: { en: 'the least severe lines that are logged', ko: '기록하는 로그의 최소 수준' },
  }),
});
