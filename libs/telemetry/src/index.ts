export { MemoryCounters, metricsPage, type CounterFamily } from './memory-counters.js';
export { logLevels, pinoLog, type LogLevel } from './pino-log.js';
export { telemetrySettings } from './settings.js';
