import { ConfigFaults, readSettings, type ConfigFault } from '@coupon/application';
import { mysqlSettings, type MysqlSettings } from '@coupon/mysql';
import { redisSettings, type RedisSettings } from '@coupon/redis';
import { settlerSettings, type SettlerSettings } from '@coupon/strategies';
import { telemetrySettings, type LogLevel } from '@coupon/telemetry';

/**
 * Everything that a settler process is told: the service's own variables, as far as it shares them.
 */
export interface Settings {
  readonly mysql: MysqlSettings;
  readonly redis: RedisSettings;
  readonly settler: SettlerSettings;
  readonly logLevel: LogLevel;
}

/** Reads the environment. Throws ConfigFaults: the faults of all parts together. */
export function settingsFrom(env: NodeJS.ProcessEnv): Settings {
  const faults: ConfigFault[] = [];
  const part = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigFaults)) throw error;
      faults.push(...error.faults);
      return undefined;
    }
  };
  const mysql = part(() => mysqlSettings(env));
  const redis = part(() => redisSettings(env));
  const settler = part(() => readSettings(env, settlerSettings));
  const telemetry = part(() => telemetrySettings(env));
  if (mysql && redis && settler && telemetry)
    return { mysql, redis, settler, logLevel: telemetry.logLevel };
  throw new ConfigFaults(faults);
}
