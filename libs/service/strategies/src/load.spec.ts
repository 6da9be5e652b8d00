import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DuplicateClaim, ConfigFaults, NoVerdict } from '@coupon/application';
import { StaleSnapshot } from '@coupon/concurrency';
import { isExternal, loadExternal } from './load.js';
import { adaptPlugin, ownError } from './external.js';

const folder = mkdtempSync(join(tmpdir(), 'coupon-outside-'));
const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const guarantees = {
  neverOverIssues: true,
  neverLosesUpdates: true,
  recordedOnReturn: true,
  acrossProcesses: true,
  survivesPausedHolder: false,
};
const strategy = (own = '') =>
  `{ name: 'acme-lock', guarantees: ${JSON.stringify(guarantees)}, ` +
  `settings: () => undefined, section: () => ({ enter: async () => 'entered' }), ${own} }`;

beforeAll(() => {
  put('my-lock.mjs', `export default ${strategy()};`);
  put('named.mjs', `export const plugin = ${strategy()};`);
  put('common.cjs', `exports.__esModule = true; exports.default = ${strategy()};`);
  put('none.mjs', 'export const lock = 1; export const other = 2;');
  put('broken.mjs', "throw new Error('half a module');");
  put(
    'wrong.mjs',
    `export default { ...${strategy()}, name: 'Acme Lock', guarantees: { neverOverIssues: 1 } };`,
  );
  put(
    'node_modules/@acme/coupon-strategy-x/package.json',
    '{ "name": "@acme/coupon-strategy-x", "type": "module", "exports": { ".": ' +
      '{ "import": "./x.js" } } }',
  );
  put('node_modules/@acme/coupon-strategy-x/x.js', `export default ${strategy()};`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const faultsOf = async (load: () => unknown): Promise<string> => {
  try {
    await load();
    return 'it loaded';
  } catch (error) {
    return error instanceof ConfigFaults ? error.message : String(error);
  }
};

type Opening = ReturnType<ReturnType<typeof adaptPlugin>['configure']>;
// eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- no test here reads resources
const noResources: Parameters<Opening>[0] = Object.create(null);

describe('a strategy from outside', () => {
  it.each(['./my-lock.mjs', './named.mjs', './common.cjs', '@acme/coupon-strategy-x'])(
    '%s is loaded, and any process can load it again by its source',
    async (name) => {
      const plugin = await loadExternal(name, folder);
      expect(plugin).toMatchObject({ name: 'acme-lock', guarantees });
      expect((await loadExternal(plugin.source ?? '', '/')).name).toBe('acme-lock');
    },
  );

  it('differs from a built-in one by its name', () => {
    expect(
      ['@acme/x', './x.mjs', '/x', 'x.mjs', 'C:\\x'].filter((name) => !isExternal(name)),
    ).toEqual([]);
    expect(['no-lock', 'redis-spinlock', ''].filter(isExternal)).toEqual([]);
  });

  it.each([
    [
      '@acme/none',
      /^LOCK_STRATEGY=@acme\/none: must be a package or a .+ \(Cannot find package '@acme\/none'/,
    ],
    [
      './none-here.mjs',
      /^LOCK_STRATEGY=\.\/none-here\.mjs: must be a package or a file .+Cannot find module/,
    ],
    ['data:text/javascript,0', /must be a package or a file .*\(data: is not supported\)/],
    ['./broken.mjs', /must be a module that loads \(.*broken\.mjs: half a module\)/],
    [
      './none.mjs',
      /must be a module that exports a strategy as .*\(.*none\.mjs exports lock, other\)/,
    ],
    [
      './wrong.mjs',
      new RegExp(
        [
          'whose name is words of a-z.*"Acme Lock".*',
          '.*guarantees\\.neverOverIssues is true or false \\(it is 1\\)',
          '.*guarantees\\.neverLosesUpdates.*undefined.*',
          '.*recordedOnReturn.*',
          '.*acrossProcesses.*',
          '.*survivesPausedHolder',
        ].join('\n'),
      ),
    ],
  ])('%s is rejected with a reason', async (name, words) => {
    expect(await faultsOf(() => loadExternal(name, folder))).toMatch(words);
  });

  it('names every function that is missing', async () => {
    const load = () => adaptPlugin({ name: 'x', guarantees }, './x.mjs', '/x.mjs');
    expect(await faultsOf(load)).toBe(
      'LOCK_STRATEGY=./x.mjs: must be a strategy with a function section(resources, settings), ' +
        'or open(resources, settings)\n' +
        'LOCK_STRATEGY=./x.mjs: must be a strategy with a function settings(env, read) ' +
        '(it is undefined)',
    );
  });

  it('derives issuesInOrder where it is left out, and keeps the warnings', async () => {
    const engine = {
      name: 'x',
      guarantees,
      settings: () => undefined,
      open: () => ({ issue: () => undefined, warnings: ['no log'] }),
    };
    const section = { ...engine, open: undefined, section: () => undefined };
    const issuesInOrder = (candidate: object, declared?: unknown) =>
      adaptPlugin(
        { ...candidate, guarantees: { ...guarantees, issuesInOrder: declared } },
        'x',
        '/x',
      ).guarantees.issuesInOrder;
    expect([engine, section].map((candidate) => issuesInOrder(candidate))).toEqual([false, true]);
    expect([engine, section].map((candidate) => issuesInOrder(candidate, true))).toEqual([
      true,
      true,
    ]);
    expect(issuesInOrder(section, false)).toBe(false);
    expect(await adaptPlugin(engine, 'x', '/x').configure({})(noResources)).toMatchObject({
      warnings: ['no log'],
    });
    expect(await faultsOf(() => issuesInOrder(engine, 'yes'))).toMatch(
      /guarantees\.issuesInOrder is true or false \(it is "yes"\)/,
    );
  });

  it.each(['section', 'open'])('passes on what its %s raises', async (family) => {
    const opened = {
      enter: () => undefined,
      issue: () => undefined,
      warnings: ['no log'],
      alarms: () => Promise.resolve(['look at coupon 7']),
    };
    const own = { name: 'x', guarantees, settings: () => undefined, [family]: () => opened };
    const strategy = await adaptPlugin(own, 'x', '/x').configure({})(noResources);
    expect([strategy.warnings, await strategy.alarms?.()]).toEqual([
      ['no log'],
      ['look at coupon 7'],
    ]);
  });

  it('reads its settings, with all faults at once', () => {
    const plugin = adaptPlugin(
      {
        name: 'x',
        guarantees,
        section: () => undefined,
        settings: (_: unknown, read: { integer(variable: string, range: object): number }) =>
          ['A_MS', 'B_MS'].map((variable) =>
            read.integer(variable, { fallback: 1, min: 1, max: 9 }),
          ),
      },
      'x',
      '/x',
    );
    expect(() => plugin.configure({ A_MS: '10', B_MS: 'x' })).toThrow(
      'A_MS=10: must be a whole number from 1 to 9\nB_MS=x: must be a whole number from 1 to 9',
    );
  });
});

describe('errors of another copy of our classes', () => {
  const foreign = (name: string, own: object) =>
    Object.assign(new Error('foreign'), { name, ...own });
  const id = '00000000-0000-4000-8000-000000000001';

  it('become ours, whose kind the service knows', () => {
    const lost = foreign('NoVerdict', { kind: 'lease-lost' });
    expect(ownError(lost)).toBeInstanceOf(NoVerdict);
    expect(ownError(lost)).toMatchObject({ kind: 'lease-lost', message: 'foreign', cause: lost });
    expect(ownError(foreign('DuplicateClaim', { claims: [id] }))).toBeInstanceOf(DuplicateClaim);
    expect(ownError(foreign('DuplicateClaim', { claims: [id] }))).toMatchObject({ claims: [id] });
    expect(ownError(foreign('StaleSnapshot', {}))).toBeInstanceOf(StaleSnapshot);
    expect(
      ownError(foreign('ConfigFaults', { faults: [{ variable: 'A', value: 'b', allowed: 'c' }] })),
    ).toMatchObject({ message: 'A=b: must be c' });
  });

  it('stay what they are where they only bear the name', () => {
    for (const error of [
      foreign('NoVerdict', { kind: 'tired' }),
      foreign('ConfigFaults', { faults: [1] }),
      foreign('DuplicateClaim', {}),
      new Error('bug'),
      'text',
      null,
    ])
      expect(ownError(error)).toBe(error);
    const own = new NoVerdict('contended', 'own');
    expect(ownError(own)).toBe(own);
  });

  it('are translated where the service calls the plugin, at each of its calls', async () => {
    const throwing = () => {
      throw foreign('NoVerdict', { kind: 'unavailable' });
    };
    const settings = () => undefined;
    const opening = (own: object) =>
      adaptPlugin({ name: 'x', guarantees, settings, ...own }, 'x', '/x').configure({})(
        noResources,
      );
    await expect(opening({ section: throwing })).rejects.toBeInstanceOf(NoVerdict);
    await expect(opening({ open: throwing })).rejects.toBeInstanceOf(NoVerdict);
    const engine = await opening({ open: () => ({ issue: throwing }) });
    await expect(Reflect.apply(engine.issue, engine, [])).rejects.toBeInstanceOf(NoVerdict);
    await expect(opening({ open: () => ({}) })).rejects.toThrow(
      'must be a strategy that opens as an object with a function issue',
    );
    await expect(opening({ section: () => ({}) })).rejects.toThrow(
      'must be a strategy that opens as an object with a function enter',
    );
  });
});
