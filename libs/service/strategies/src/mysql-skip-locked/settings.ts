import type { SettingsReader } from '@coupon/application';

/** How units are laid out and looked for. */
export interface SkipLockedSettings {
  /** Units laid out in one transaction, when none are left of those before. */
  readonly chunkMax: number;
  /**
   * The longest pause before looking again, when all units in sight are in others' hands; each
   * pause is between half of it and all.
   */
  readonly retryMs: number;
}

/** Reads MYSQL_SKIP_LOCKED_*. */
export function skipLockedSettings(read: SettingsReader): SkipLockedSettings {
  return {
    chunkMax: read.integer('MYSQL_SKIP_LOCKED_CHUNK_MAX', { fallback: 1_000, min: 1, max: 10_000 }),
    retryMs: read.integer('MYSQL_SKIP_LOCKED_RETRY_MS', { fallback: 20, min: 1, max: 1_000 }),
  };
}
