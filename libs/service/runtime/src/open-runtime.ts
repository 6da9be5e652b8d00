import { openTogether, type IssuanceStrategy } from '@coupon/application';
import type { Warnings } from '@coupon/strategies';
import { openResources, type OpenResources, type ResourceOverrides } from './resources.js';
import type { RuntimeSettings } from './settings.js';

/** A strategy at work on its resources. Disposing closes the strategy first, then the resources. */
export interface Runtime extends AsyncDisposable {
  readonly resources: OpenResources;
  readonly strategy: IssuanceStrategy & Warnings;
}

/**
 * Opens the resources and the strategy on them. Rejects with what opening the strategy rejects
 * with, such as NoVerdict('unavailable') or ConfigFaults; nothing stays open then.
 */
export function openRuntime(
  settings: RuntimeSettings,
  overrides: ResourceOverrides = {},
): Promise<Runtime> {
  return openTogether(async (stack) => {
    const resources = stack.use(openResources(settings, overrides));
    const strategy = stack.use(await settings.openStrategy(resources));
    return { resources, strategy };
  });
}
