import type { Log } from '@coupon/application';
import { pino, stdTimeFunctions, type DestinationStream } from 'pino';

/** From the most verbose to the least. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
/** The least severe level that is written. */
export type LogLevel = (typeof logLevels)[number];

/**
 * A log of one JSON object per line on stdout (or on `destination`). A field `error` is written
 * with its stack and causes: the log is the only place that shows a stack. Writes are synchronous,
 * so that the last lines before an exit arrive.
 */
export function pinoLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    serializers: { error: readable },
  };
  const logger = destination === undefined ? pino(options) : pino(options, destination);
  return {
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
  };
}

/** An error as its stack and those of its causes; anything else as it is. */
function readable(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? own : `${own}\ncaused by ${String(readable(error.cause))}`;
}
