import {
  ConfigFaults,
  defineSettings,
  deriveSettings,
  guaranteeNames,
  integer,
  oneOf,
  type DeclaredSettings,
  type Env,
  type SettingsReader,
} from '@coupon/application';
import type { Plugin } from '../plugin.js';
import { queueMax } from '../setting-presets.js';

type OpenSection = ReturnType<NonNullable<Plugin['configureSection']>>;

/** How claims are batched, and the section that a batch goes through. */
export interface GroupCommitSettings {
  /** Claims of one coupon in one transaction. */
  readonly batchMax: number;
  /** Batches of one coupon in flight: one commits while the next waits for the lock. */
  readonly inFlightMax: number;
  /** Claims of one coupon that may wait for the next batch; further ones are rejected. */
  readonly queueMax: number;
  /** Opens the section that batches go through; that section's own settings are valid. */
  readonly openSection: OpenSection;
  /** The guarantees of a row lock that this section does not give, as sentences. */
  readonly warnings: readonly string[];
}

/**
 * Declares GROUP_COMMIT_*; reading them also reads the settings of the section they name out of
 * `sections()`, with the faults of both.
 */
export function groupCommitSettings(
  sections: () => readonly Plugin[],
): DeclaredSettings<GroupCommitSettings> {
  const usable = (): readonly Plugin[] =>
    sections().filter(({ configureSection }) => configureSection !== undefined);
  return deriveSettings(declaredSettings(usable), ({ over, ...limits }, read, env) => {
    const section = usable().find(({ name }) => name === over);
    return {
      ...limits,
      openSection: configured(read, env, section?.configureSection),
      warnings: guaranteeNames
        .filter((guarantee) => section?.guarantees[guarantee] === false)
        .map((guarantee) => `GROUP_COMMIT_OVER=${over} does not keep ${guarantee}`),
    };
  });
}

const declaredSettings = (usable: () => readonly Plugin[]) =>
  defineSettings({
    over: oneOf('GROUP_COMMIT_OVER', {
      default: 'mysql-for-update',
      words: () => usable().map(({ name }) => name),
      about: {
        en:
          'the lock strategy that batches go through; ' +
          'its guarantees are then those of group-commit',
        ko: '묶음이 지나는 락 전략. 보장도 그 전략의 것이 됩니다',
      },
    }),
    batchMax: integer('GROUP_COMMIT_BATCH_MAX', {
      default: 200,
      min: 1,
      max: 5_000,
      about: {
        en: 'claims of one coupon in one transaction',
        ko: '한 트랜잭션으로 처리하는 쿠폰 하나의 요청 수',
      },
    }),
    inFlightMax: integer('GROUP_COMMIT_FLIGHTS_MAX', {
      default: 2,
      min: 1,
      max: 10,
      about: {
        en:
          'transactions of one coupon at the same time: ' +
          'one commits while the next waits for the lock',
        ko:
          '쿠폰 하나에 대해 동시에 진행되는 트랜잭션 수. ' +
          '하나가 커밋하는 동안 다음 것은 락을 기다립니다',
      },
    }),
    queueMax: queueMax('GROUP_COMMIT'),
  });

/** Faults of the section's settings are reported together with our own. */
function configured(
  read: SettingsReader,
  env: Env,
  configureSection: Plugin['configureSection'],
): OpenSection {
  try {
    if (configureSection !== undefined) return configureSection(env);
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    for (const { variable, value, allowed } of error.faults)
      read.fault(variable, value, allowed, undefined);
  }
  return () => Promise.reject(new Error('the settings have faults'));
}
