import { runtimeSettings, SettingsParts, type RuntimeSettings } from '@coupon/runtime';
import { httpSettings, type HttpSettings } from './http-settings.js';

/** Everything that the environment says. */
export interface ServiceSettings extends RuntimeSettings {
  readonly http: HttpSettings;
}

/**
 * Reads the whole environment and loads the strategy that it names. Rejects with ConfigFaults: the
 * faults of all parts together.
 */
export async function serviceSettings(env: NodeJS.ProcessEnv): Promise<ServiceSettings> {
  const parts = new SettingsParts();
  const http = await parts.read(() => httpSettings(env));
  const runtime = await parts.read(() => runtimeSettings(env));
  if (http && runtime) return { http, ...runtime };
  throw parts.faults();
}
