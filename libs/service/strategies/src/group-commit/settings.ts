import { ConfigFaults, readSettings, type SettingsReader } from '@coupon/application';
import type { Plugin } from '../plugin.js';

type OpenSection = ReturnType<NonNullable<Plugin['configureSection']>>;

/** How claims are gathered, and what settles a batch of them. */
export interface GroupCommitSettings {
  /** Claims of one coupon settled in one transaction. */
  readonly batchMax: number;
  /**
   * Batches of one coupon that are out at the same time: one commits, the next one stands at the
   * lock.
   */
  readonly flightsMax: number;
  /** Claims of one coupon that may wait for the next batch; further ones are turned away. */
  readonly queueMax: number;
  /** Opens the section that batches go through, with that section's own settings read already. */
  readonly openSection: OpenSection;
  /** What that section cannot keep of what a row lock keeps. */
  readonly warnings: readonly string[];
}

/**
 * Reads GROUP_COMMIT_*, and the settings of the section it names out of `sections`. Throws
 * ConfigFaults with the faults of both.
 */
export function groupCommitSettings(
  env: NodeJS.ProcessEnv,
  sections: readonly Plugin[],
): GroupCommitSettings {
  return readSettings(env, (read) => {
    const usable = sections.filter(({ configureSection }) => configureSection !== undefined);
    const over = read.oneOf(
      'GROUP_COMMIT_OVER',
      usable.map(({ name }) => name),
      'mysql-for-update',
    );
    const section = usable.find(({ name }) => name === over);
    return {
      batchMax: read.integer('GROUP_COMMIT_BATCH_MAX', { fallback: 200, min: 1, max: 5_000 }),
      flightsMax: read.integer('GROUP_COMMIT_FLIGHTS_MAX', { fallback: 2, min: 1, max: 10 }),
      queueMax: read.integer('GROUP_COMMIT_QUEUE_MAX', {
        fallback: 10_000,
        min: 0,
        max: 1_000_000,
      }),
      openSection: configured(read, env, section?.configureSection),
      warnings: Object.entries(section?.guarantees ?? {}).flatMap(([guarantee, kept]) =>
        kept ? [] : [`GROUP_COMMIT_OVER=${over} does not keep ${guarantee}`],
      ),
    };
  });
}

/** Faults of the section's settings are reported together with our own. */
function configured(
  read: SettingsReader,
  env: NodeJS.ProcessEnv,
  configureSection: Plugin['configureSection'],
): OpenSection {
  try {
    if (configureSection !== undefined) return configureSection(env);
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    for (const { variable, value, allowed } of error.faults)
      read.fault(variable, value, allowed, undefined);
  }
  return () => Promise.reject(new Error('opened in spite of its faults'));
}
