export { MemoryCounters, metricsPage, type CounterFamily } from './memory-counters.js';
export { MemoryHistograms } from './memory-histograms.js';
export { logLevels, pinoLog, type LogLevel } from './pino-log.js';
export { telemetrySettings } from './settings.js';
