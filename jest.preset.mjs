import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const eachStrategy = '/test/each-strategy\\.int\\.spec\\.ts$';
const runsOneStrategy = process.env['CONFORMANCE_STRATEGY'] !== undefined;

/** How swc compiles a file, with or without JSX. */
const swc = (tsx) => [
  join(root, 'node_modules/@swc/jest/index.js'),
  {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true, tsx },
      transform: {
        legacyDecorator: true,
        react: { runtime: 'automatic', importSource: 'preact' },
      },
    },
    module: { type: 'es6' },
  },
];

/**
 * One jest set-up for every project; `npm test` sums the counts that its reporter leaves behind.
 * `each-strategy.int.spec.ts` runs only with CONFORMANCE_STRATEGY=<name>, and then alone, if the
 * project does not add specs about that strategy.
 */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '^.+\\.ts$': swc(false), '^.+\\.tsx$': swc(true) },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.tsx', '$1.js'] },
  transformIgnorePatterns: ['/node_modules/(?!@coupon/)'],
  testMatch: runsOneStrategy ? ['**/test/each-strategy.int.spec.ts'] : ['**/*.spec.{ts,tsx}'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', ...(runsOneStrategy ? [] : [eachStrategy])],
  passWithNoTests: true,
  maxWorkers: 2,
  testTimeout: 30_000,
  reporters: ['default', join(root, 'tools/testing/counting-reporter.mjs')],
};
