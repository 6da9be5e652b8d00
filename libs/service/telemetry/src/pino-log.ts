import type { Log } from '@coupon/application';
import { pino, stdTimeFunctions, type DestinationStream } from 'pino';

/** From the most to the least that is told. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * A log of one JSON object per line on stdout (or on `destination`). An `error` among the fields is
 * written with its stack and causes: the log is the only place where a stack may be seen. Written
 * synchronously: the last words before an exit must arrive.
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

/** Strings pass; an error becomes its stack, with the stacks of what caused it. */
function readable(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? own : `${own}\ncaused by ${String(readable(error.cause))}`;
}
