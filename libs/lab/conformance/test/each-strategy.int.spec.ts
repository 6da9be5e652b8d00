import { fileURLToPath } from 'node:url';
import { pluginNamed } from '@coupon/strategies';
import { describeStrategy } from '../src/describe-strategy.js';

/**
 * The kit against one strategy of the product, named by CONFORMANCE_STRATEGY. nx runs it for each:
 * `npx nx run @coupon/conformance:conformance--<name>`, or `:conformance` for all.
 */
const resultsFolder = fileURLToPath(new URL('../../../../results/conformance', import.meta.url));
describeStrategy(pluginNamed(process.env['CONFORMANCE_STRATEGY'] ?? ''), { resultsFolder });
