import { resourceSettings, SettingsParts, type ResourceSettings } from '@coupon/runtime';
import { writeBehindSettings, type WriteBehindSettings } from '@coupon/strategies';

/** The settings of a settler process: the service's own variables, as far as both use them. */
export interface SettlerSettings extends ResourceSettings {
  readonly settler: WriteBehindSettings;
}

/** Reads the environment. Rejects with ConfigFaults: the faults of all parts together. */
export async function settingsFrom(env: NodeJS.ProcessEnv): Promise<SettlerSettings> {
  const parts = new SettingsParts();
  const resources = await parts.read(() => resourceSettings(env));
  const settler = await parts.read(() => writeBehindSettings(env));
  if (resources && settler) return { ...resources, settler };
  throw parts.faults();
}
