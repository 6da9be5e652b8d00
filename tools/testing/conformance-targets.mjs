/**
 * Nx plugin: what nx must know about the strategies that no package.json can say.
 *
 * - Every project with `test/each-strategy.int.spec.ts` gets a target `conformance--<name>` for
 *   each
 *   strategy, which runs that spec with CONFORMANCE_STRATEGY=<name>, and `conformance`, which runs
 *   all of them. A spec that names strategies gets targets for these only. The inputs of each are
 *   the shared sources and the folder of its own strategy, so a change in one strategy's folder
 *   runs that one; nx takes the others from its cache.
 * - Two named inputs of the strategies project: `core` leaves out the folders of all strategies,
 *   `surface` only those that `index.ts` re-exports nothing of, so that no dependent sees a type of
 *   them. Lint and typecheck of dependents read `surface`.
 * - The named input `strategies` of each dependent lists the folders of the strategies that its
 *   sources name, for these are what its tests run. A spec that imports `plugins` counts as naming
 *   all of them, unless it takes their names alone: a loop over all strategies belongs in
 *   `each-strategy.int.spec.ts`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const strategiesProject = 'libs/service/strategies';
const eachStrategySpec = 'test/each-strategy.int.spec.ts';
const jest =
  'node --experimental-vm-modules ' +
  '--disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js';

const isTest = /\.spec\.tsx?$|[\\/](test|mutants)[\\/]/;

const importOfAll = /import \{[^}]*\bplugins\b[^}]*\} from '@coupon\/strategies';/;
const namesOfAll = /\bplugins\.map\((\(\{ name \}\) => name|\(plugin\) => plugin\.name)\)/g;

/** Whether a text is a spec that takes more of all strategies than their names. */
const takesAll = (text) =>
  importOfAll.test(text) &&
  text.includes('describe(') &&
  /\bplugins\b/.test(text.replace(importOfAll, '').replace(namesOfAll, ''));

/**
 * The texts of the sources under a folder, one for each file. A dependent runs no tests of its
 * dependencies, so those may be left out; `each-strategy.int.spec.ts` always is.
 */
function sourcesIn(folder, withTests) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|mjs|json)$/.test(entry.name))
    .filter((entry) => !/[\\/](node_modules|dist)([\\/]|$)/.test(entry.parentPath))
    .filter((entry) => withTests || !isTest.test(join(entry.parentPath, entry.name)))
    .filter((entry) => !eachStrategySpec.endsWith(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

/** The strategies that a text names: as a string, or as a folder that it imports from. */
const namedIn = (text, names) =>
  takesAll(text) ? names : names.filter((name) => new RegExp(`['"\`/]${name}['"\`/]`).test(text));

/** `seeds` and all that can be reached from them. */
function closure(seeds, next) {
  const reached = new Set(seeds);
  for (const item of reached) for (const other of next(item)) reached.add(other);
  return [...reached];
}

const folderGlob = (name) => `{workspaceRoot}/${strategiesProject}/src/${name}/**/*`;

/**
 * The targets of a project's spec for each strategy, none without such a spec. `needs`: the
 * strategies that one and its own specs are built on.
 */
function conformanceTargets(root, names, needs) {
  if (!existsSync(join(root, eachStrategySpec))) return {};
  const named = namedIn(readFileSync(join(root, eachStrategySpec), 'utf8'), names);
  const ofOne = (name) => named.length === 0 || named.includes(name);
  const single = names.filter(ofOne).map((name) => [
    `conformance--${name}`,
    {
      executor: 'nx:run-commands',
      cache: true,
      inputs: ['core', '^core', ...closure([name], needs).map(folderGlob)],
      outputs: [
        `{workspaceRoot}/.test-results/{projectName}.conformance--${name}.json`,
        `{workspaceRoot}/results/conformance/${name}.json`,
      ],
      options: {
        command: `${jest} --config {projectRoot}/jest.config.mjs`,
        env: { CONFORMANCE_STRATEGY: name },
      },
    },
  ]);
  const all = { executor: 'nx:noop', cache: true, dependsOn: single.map(([target]) => target) };
  return Object.fromEntries([...single, ['conformance', all]]);
}

/** Named inputs and targets of every project that depends on the strategies, and of theirs. */
function inferProjects(packageFiles, workspaceRoot) {
  const source = join(workspaceRoot, strategiesProject, 'src');
  const names = readdirSync(source).filter((name) => existsSync(join(source, name, `${name}.ts`)));
  const index = readFileSync(join(source, 'index.ts'), 'utf8');
  const reexported = [...index.matchAll(/^export [^;]*? from '\.\/([^/']+)\//gm)].map(
    ([, name]) => name,
  );
  const specs = join(workspaceRoot, strategiesProject, 'test');
  const textsOf = (name) => [
    ...sourcesIn(join(source, name), false),
    ...readdirSync(specs)
      .filter((spec) => spec.startsWith(name))
      .map((spec) => readFileSync(join(specs, spec), 'utf8')),
  ];
  const needs = (name) => textsOf(name).flatMap((text) => namedIn(text, names));

  const packages = new Map(
    packageFiles.map((file) => {
      const manifest = JSON.parse(readFileSync(join(workspaceRoot, file), 'utf8'));
      const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
      return [manifest.name, { root: dirname(file), dependencies }];
    }),
  );
  const strategies = [...packages].find(([, { root }]) => root === strategiesProject)?.[0];
  const dependenciesOf = (name) =>
    (packages.get(name)?.dependencies ?? []).filter((other) => packages.has(other));

  const projects = {};
  for (const [name, { root }] of packages) {
    const reached = closure([name], dependenciesOf);
    if (!reached.includes(strategies)) continue;
    const read = reached.filter((other) => other !== strategies);
    const texts = read.flatMap((other) =>
      sourcesIn(join(workspaceRoot, packages.get(other).root), other === name),
    );
    const used = closure(
      texts.flatMap((text) => namedIn(text, names)),
      needs,
    );
    projects[root] = {
      namedInputs: { strategies: used.map(folderGlob) },
      targets: conformanceTargets(join(workspaceRoot, root), names, needs),
    };
  }
  const without = (folders) => [
    'default',
    ...folders.map((name) => `!{projectRoot}/src/${name}/**/*`),
  ];
  projects[strategiesProject].namedInputs = {
    strategies: names.map(folderGlob),
    core: without(names),
    surface: without(names.filter((name) => !reexported.includes(name))),
  };
  return projects;
}

export const name = basename(import.meta.filename, '.mjs');

export const createNodesV2 = [
  '{apps,tools,comparisons,libs/service,libs/lab}/*/package.json',
  (packageFiles, _options, { workspaceRoot }) =>
    packageFiles.length === 0
      ? []
      : [[packageFiles[0], { projects: inferProjects(packageFiles, workspaceRoot) }]],
];
