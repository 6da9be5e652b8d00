import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import { defineConfig } from 'eslint/config';
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
  { layer: 'contract', may: ['contract', 'application'], npm: ['zod'] }, // the guarantees' names
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
  { layer: 'tool', may: ['application', 'adapter', 'strategy', 'tool'] },
  {
    layer: 'docs', // reads what everything declares
    may: [
      'application',
      'adapter',
      'strategy',
      'runtime',
      'app',
      'contract',
      'checker',
      'kit',
      'tool',
    ],
  },
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

/** Syntax that no rule of its own forbids. */
const forbiddenSyntax = [
  {
    selector: 'VariableDeclarator[id.type="ArrayPattern"][init.type="ArrayExpression"]',
    message: 'Bind unrelated values one by one; an array literal says that they belong together.',
  },
  {
    selector:
      'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(skip|only|todo)$/]',
    message: 'No test is switched off.',
  },
  {
    selector: 'CallExpression[callee.name=/^([xf](it|test|describe))$/]',
    message: 'No test is switched off.',
  },
];

/** Durations are counted by a clock that nobody sets: `Clock.monotonicMs`, `performance.now()`. */
const wallClock = {
  selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]',
  message: 'A step of the wall clock must not change a duration: use monotonicMs().',
};

/** Where the wall clock is read: it is written down there, or compared with what is. */
const writtenDown = [
  'libs/service/application/src/system-clock.ts', // the adapter
  'apps/api/src/responses.ts', // the `timestamp` of an error body
  'apps/api/test/errors.int.spec.ts', // the expiry of a token
  'apps/console/build.mjs', // the age of files
  'apps/lab/src/run/{seed,watch}.ts', // windows of coupons; times in watch files
  'libs/lab/ui/src/page/race-view.tsx', // against the start that the server wrote
  'tools/services/src/{private-servers,supervisor,supervisor-lock.spec}.ts', // times in state files
  'k6/lib/claims.ts', // histories and windows; k6 has no other clock
];

/** A describe block is a list of tests: its length says nothing. */
const specs = ['**/*.spec.ts', '**/*.spec.tsx'];

/** Rules for TypeScript and plain modules alike. */
const everywhere = {
  eqeqeq: 'error',
  'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
  'max-lines-per-function': [
    'error',
    { max: 69, skipBlankLines: false, skipComments: false, IIFEs: true },
  ],
  'no-restricted-syntax': ['error', ...forbiddenSyntax, wallClock],
};

/** Rules that need types, and the reason for every option. */
const typed = {
  '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true }],
  // `() => log(x)` as a callback is this code's style; a void value that is used is still found.
  '@typescript-eslint/no-confusing-void-expression': [
    'error',
    { ignoreArrowShorthand: true, ignoreVoidOperator: true },
  ],
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  // `env['PORT']`: brackets show a key that no type declares.
  '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
  // Classes that Inversify makes may be empty but for their decorator.
  '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
  // `while (true)` around a loop that returns is honest.
  '@typescript-eslint/no-unnecessary-condition': [
    'error',
    { allowConstantLoopConditions: 'only-allowed-literals' },
  ],
  // `as` must not silence the compiler; widening and `as const` stay allowed.
  '@typescript-eslint/no-unsafe-type-assertion': 'error',
  // A number in a message reads as it is; objects, null and undefined do not.
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
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
};

export default defineConfig(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/.nx/**', 'results/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  { rules: everywhere },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: typed,
  },
  {
    // Plain modules are build scripts, configuration and plugins as others write them: no types.
    files: ['**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        ['console', 'fetch', 'process', 'setTimeout', 'clearTimeout', 'URL', 'AbortController'].map(
          (name) => [name, 'readonly'],
        ),
      ),
    },
  },
  {
    // The pure core is tested with jest and fast-check; its sources import neither npm nor node.
    files: [
      'libs/service/{domain,application,concurrency}/src/**/*.ts',
      'libs/lab/checker/src/**/*.ts',
    ],
    ignores: specs,
    rules: { 'no-restricted-imports': ['error', { patterns: ['node:*'] }] },
  },
  {
    files: [...specs, '**/test/**/*.ts'],
    rules: {
      // Specs bring jest, fast-check and real services to every layer.
      '@nx/enforce-module-boundaries': 'off',
      // `expect(port.method)` names a method without calling it.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: writtenDown, rules: { 'no-restricted-syntax': ['error', ...forbiddenSyntax] } },
  { files: specs, rules: { 'max-lines-per-function': 'off' } },
);
