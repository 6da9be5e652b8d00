export { openRuntime, type Runtime } from './open-runtime.js';
export {
  openResources,
  silentLog,
  type OpenResources,
  type ResourceOverrides,
} from './resources.js';
export {
  resourceSettings,
  runtimeSettings,
  SettingsParts,
  strategyChoice,
  type ResourceSettings,
  type RuntimeSettings,
} from './settings.js';
