import { fileURLToPath } from 'node:url';
import { plugins } from '@coupon/strategies';
import { describeStrategy } from '../src/describe-strategy.js';

/**
 * Every strategy of the product. One alone: `npm run conformance -- --strategy <name>`, or jest's
 * `-t <name>`.
 */
const resultsFolder = fileURLToPath(new URL('../../../../results/conformance', import.meta.url));
for (const plugin of plugins) describeStrategy(plugin, { resultsFolder });
