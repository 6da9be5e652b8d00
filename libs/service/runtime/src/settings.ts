import { ConfigFaults, defineSettings, text, type ConfigFault } from '@coupon/application';
import { mysqlSettings, type MysqlSettings } from '@coupon/mysql';
import { redisSettings, type RedisSettings } from '@coupon/redis';
import { loadPlugin, type Plugin } from '@coupon/strategies';
import { telemetrySettings, type LogLevel } from '@coupon/telemetry';

/** Where the service's resources are, and how it uses them. */
export interface ResourceSettings {
  readonly mysql: MysqlSettings;
  readonly redis: RedisSettings;
  readonly logLevel: LogLevel;
}

/** The resources and the strategy that works on them. */
export interface RuntimeSettings extends ResourceSettings {
  readonly plugin: Plugin;
  /** Opens the strategy with its own settings, which are valid. */
  readonly openStrategy: ReturnType<Plugin['configure']>;
}

/** Reads the settings of several parts, so that their faults are reported together. */
export class SettingsParts {
  private readonly noted: ConfigFault[] = [];

  /**
   * The part's settings; undefined, with its faults noted, where `read` fails with ConfigFaults.
   */
  async read<Settings>(read: () => Settings | Promise<Settings>): Promise<Settings | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ConfigFaults)) throw error;
      this.noted.push(...error.faults);
      return undefined;
    }
  }

  /** The faults of all parts, to be thrown. */
  faults(): ConfigFaults {
    return new ConfigFaults(this.noted);
  }
}

/** Reads DATABASE_URL, MYSQL_*, REDIS_* and LOG_LEVEL. Rejects with ConfigFaults. */
export async function resourceSettings(env: NodeJS.ProcessEnv): Promise<ResourceSettings> {
  const parts = new SettingsParts();
  const mysql = await parts.read(() => mysqlSettings(env));
  const redis = await parts.read(() => redisSettings(env));
  const telemetry = await parts.read(() => telemetrySettings(env));
  if (mysql && redis && telemetry) return { mysql, redis, logLevel: telemetry.logLevel };
  throw parts.faults();
}

/** Reads LOCK_STRATEGY; `loadPlugin` tells what is wrong with its value. */
export const strategyChoice = defineSettings({
  name: text('LOCK_STRATEGY', {
    default: 'mysql-for-update', // one that holds: the broken one must be asked for
    accepts: () => true,
    allowed: 'the name of a strategy, a package or a file',
    about: {
      en:
        'the strategy: a name (an unknown one is answered with the nearest), ' +
        'a package (`@acme/coupon-strategy-x`) or a file (`./my-lock.mjs`)',
      ko:
        '동시성 전략: 이름(모르는 이름이면 가장 비슷한 이름을 알려 줍니다), ' +
        '패키지(`@acme/coupon-strategy-x`) 또는 파일(`./my-lock.mjs`)',
    },
  }),
});

/**
 * Reads the settings of the resources and of the strategy: `chosen`, or the one that LOCK_STRATEGY
 * names. Rejects with ConfigFaults.
 */
export async function runtimeSettings(
  env: NodeJS.ProcessEnv,
  chosen?: Plugin,
): Promise<RuntimeSettings> {
  const parts = new SettingsParts();
  const resources = await parts.read(() => resourceSettings(env));
  const strategy = await parts.read(async () => {
    const plugin = chosen ?? (await loadPlugin(strategyChoice(env).name));
    return { plugin, openStrategy: plugin.configure(env) };
  });
  if (resources && strategy) return { ...resources, ...strategy };
  throw parts.faults();
}
