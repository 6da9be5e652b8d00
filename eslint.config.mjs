import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Which wing may import which: the product never knows the laboratory; tools serve both. */
const wings = [
  { wing: 'service', may: ['service'] },
  { wing: 'lab', may: ['lab', 'service', 'tools'] },
  { wing: 'tools', may: ['tools', 'service', 'lab'] },
];

/** Which layer may import which, and which npm packages where only a few are allowed. */
const layers = [
  { layer: 'domain', may: [], npm: [] },
  { layer: 'application', may: ['domain'], npm: [] },
  { layer: 'concurrency', may: ['domain', 'application'], npm: [] },
  { layer: 'adapter', may: ['domain', 'application', 'concurrency'] },
  { layer: 'strategy', may: ['domain', 'application', 'concurrency', 'adapter'] },
  { layer: 'runtime', may: ['domain', 'application', 'concurrency', 'adapter', 'strategy'] },
  { layer: 'contract', may: ['contract'], npm: ['zod'] },
  {
    layer: 'app',
    may: [
      'domain',
      'application',
      'concurrency',
      'adapter',
      'strategy',
      'runtime',
      'contract',
      'checker',
      'kit',
      'ui',
      'tool',
    ],
  },
  { layer: 'checker', may: ['contract'], npm: [] }, // pure, and independent of what it checks
  {
    layer: 'kit', // attacks strategies; nothing of the product imports it
    may: [
      'domain',
      'application',
      'concurrency',
      'adapter',
      'strategy',
      'runtime',
      'contract',
      'checker',
      'kit',
      'tool',
    ],
  },
  {
    layer: 'ui', // components of page and report: they know the lab only by its schemas
    may: ['contract', 'checker', 'ui'],
    npm: [
      'preact',
      'preact/*',
      'preact-render-to-string',
      'uplot',
      'uplot/*',
      'zod',
      'vite',
      '@preact/*',
    ],
  },
  { layer: 'comparison', may: ['strategy', 'kit'] },
  { layer: 'k6', may: [], npm: ['k6', 'k6/*'] },
  { layer: 'tool', may: ['tool'] },
  { layer: 'docs', may: ['strategy', 'contract', 'checker', 'kit', 'tool'] },
];

const constraints = [
  ...wings.map(({ wing, may }) => ({
    sourceTag: `wing:${wing}`,
    onlyDependOnLibsWithTags: may.map((other) => `wing:${other}`),
  })),
  ...layers.map(({ layer, may, npm }) => ({
    sourceTag: `layer:${layer}`,
    onlyDependOnLibsWithTags: may.map((other) => `layer:${other}`),
    ...(npm ? { allowedExternalImports: npm } : {}),
  })),
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/.nx/**', '**/*.mjs'] },
  ...tseslint.configs.recommended,
  { plugins: { '@nx': nx } },
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allow: [],
          banTransitiveDependencies: false,
          depConstraints: constraints,
        },
      ],
    },
  },
  {
    // The pure core is tested with jest and fast-check; its sources import neither npm nor node.
    files: [
      'libs/service/{domain,application,concurrency}/src/**/*.ts',
      'libs/lab/checker/src/**/*.ts',
    ],
    ignores: ['**/*.spec.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: ['node:*'] }] },
  },
  {
    files: ['**/*.spec.ts', '**/test/**/*.ts'],
    // specs bring jest, fast-check and real services to every layer
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
);
