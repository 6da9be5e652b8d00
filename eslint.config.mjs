import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** domain <- application <- settlement <- adapter <- strategy <- app: who may import whom. */
const layers = [
  { layer: 'domain', may: [], npm: [] },
  { layer: 'application', may: ['domain'], npm: [] },
  { layer: 'settlement', may: ['domain', 'application'], npm: [] },
  { layer: 'adapter', may: ['domain', 'application', 'settlement'] },
  { layer: 'strategy', may: ['domain', 'application', 'settlement', 'adapter'] },
  { layer: 'comparison', may: ['strategy'] },
  { layer: 'contract', may: [], npm: ['zod'] },
  { layer: 'judge', may: ['contract'], npm: [] }, // the referee: pure, and no friend of what it judges
  { layer: 'tool', may: ['tool'] },
  { layer: 'kit', may: ['domain', 'application', 'settlement', 'adapter', 'strategy', 'tool', 'kit'] }, // tries strategies out; nothing of the product imports it
  { layer: 'app', may: ['domain', 'application', 'settlement', 'adapter', 'strategy', 'contract', 'tool'] },
  { layer: 'lab', may: ['domain', 'application', 'settlement', 'adapter', 'strategy', 'contract', 'judge', 'tool', 'kit'] },
  { layer: 'console', may: ['contract', 'judge'], npm: ['preact', 'preact/*', 'uplot', 'zod', 'vite'] }, // the page: it knows the lab only by what they say to each other
  { layer: 'k6', may: [], npm: ['k6', 'k6/*'] },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/.nx/**', '**/*.mjs'] },
  ...tseslint.configs.recommended,
  { plugins: { '@nx': nx } },
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
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
          depConstraints: layers.map(({ layer, may, npm }) => ({
            sourceTag: `layer:${layer}`,
            onlyDependOnLibsWithTags: may.map((other) => `layer:${other}`),
            ...(npm ? { allowedExternalImports: npm } : {}),
          })),
        },
      ],
    },
  },
  {
    // A pure core is tested with jest and fast-check; its sources import neither npm nor node.
    files: ['libs/{domain,application,settlement,referee}/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: ['node:*'] }] },
  },
  {
    files: ['**/*.spec.ts', '**/test/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': 'off' }, // specs bring jest, fast-check and real services to every layer
  },
);
