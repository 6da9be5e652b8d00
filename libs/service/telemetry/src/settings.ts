import { readSettings } from '@coupon/application';
import { logLevels, type LogLevel } from './pino-log.js';

/** Reads LOG_LEVEL (default info). Throws ConfigFaults. */
export function telemetrySettings(env: NodeJS.ProcessEnv): { readonly logLevel: LogLevel } {
  return readSettings(env, (read) => ({ logLevel: read.oneOf('LOG_LEVEL', logLevels, 'info') }));
}
