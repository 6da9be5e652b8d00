import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { allGuarantees as all, guaranteeNames, type Guarantees } from '@coupon/application';
import { plugins } from '@coupon/strategies';
import { choosingPage } from './choosing.js';
import { asked, decisionTree, flowchartOf, leavesOf } from './decision-tree.js';
import { noFigures, updated, type Figures } from './figures.js';
import { pageFile, root, sources, strategiesIn } from './sources.js';

describe('docs/CHOOSING.md', () => {
  it('is what `npm run docs` makes of the plugins and the figures today', () => {
    expect(readFileSync(pageFile, 'utf8')).toBe(choosingPage(sources()));
  });

  it('is another one as soon as a plugin declares something else', () => {
    const [first, ...others] = plugins.map(({ name, guarantees }) => ({ name, guarantees }));
    if (first === undefined) throw new Error('there are strategies');
    const turned = {
      ...first,
      guarantees: { ...first.guarantees, acrossProcesses: !first.guarantees.acrossProcesses },
    };
    expect(choosingPage({ ...sources(), plugins: [turned, ...others] })).not.toBe(
      choosingPage(sources()),
    );
  });

  it('leads only to strategies that promise what everybody needs', () => {
    for (const { strategy } of leavesOf(decisionTree)) {
      const guarantees = plugins.find(({ name }) => name === strategy)?.guarantees;
      expect({
        strategy,
        missing: asked.filter((guarantee) => guarantees?.[guarantee] !== true),
      }).toEqual({ strategy, missing: [] });
    }
    expect(flowchartOf(decisionTree).match(/-->/g)).toHaveLength(
      2 * (leavesOf(decisionTree).length - 1),
    );
  });

  it('links to a page for every strategy', () => {
    expect(
      plugins
        .map(({ name }) => name)
        .filter((name) => !existsSync(join(root, `docs/strategies/${name}.md`))),
    ).toEqual([]);
  });
});

describe('the READMEs', () => {
  const columns = guaranteeNames.filter(
    (guarantee) => guarantee !== 'recordedOnReturn' && guarantee !== 'issuesInOrder',
  );

  it.each([
    ['README.md', 'yes'],
    ['README.ko.md', '예'],
  ] as const)('%s tells every strategy, with the guarantees that it declares', (file, yes) => {
    const told = [...strategiesIn(file)].map(([name, { flags }]) => [
      name,
      flags.map((flag) => flag.startsWith(yes)),
    ]);
    const declared = plugins.map(({ name, guarantees }) => [
      name,
      columns.map((guarantee) => guarantees[guarantee]),
    ]);
    expect(new Map(Object.entries(Object.fromEntries(told)))).toEqual(
      new Map(Object.entries(Object.fromEntries(declared))),
    );
  });
});

describe('figures', () => {
  const held = { declared: true, brokenBy: null };
  const attack = (strategy: string, own: object = {}) => ({
    strategy,
    guarantees: {
      neverOverIssues: held,
      neverLosesUpdates: held,
      recordedOnReturn: held,
      acrossProcesses: held,
      survivesPausedHolder: held,
      ...own,
    },
    findings: [],
  });
  const cells = (figures: Figures, guarantees: Guarantees = all) =>
    choosingPage({ plugins: [{ name: 'mine', guarantees }], apart: new Map(), figures })
      .split('\n')
      .find((line) => line.startsWith('| [mine]'))
      ?.split(' | ')
      .slice(2);

  it('keep the attacks of strategies that were not attacked again', () => {
    const first = updated(noFigures, [], [attack('b'), attack('a')]);
    const second = updated(
      first,
      [],
      [attack('b', { acrossProcesses: { declared: false, brokenBy: { trial: 'rush' } } })],
    );
    expect(
      second.attacks.map(({ strategy, guarantees }) => [
        strategy,
        guarantees['acrossProcesses']?.declared,
      ]),
    ).toEqual([
      ['a', true],
      ['b', false],
    ]);
  });

  it('say which attack broke what, and what was not attacked under the declaration of today', () => {
    const figures = updated(
      noFigures,
      [],
      [
        attack('mine', {
          acrossProcesses: { declared: false, brokenBy: { trial: 'two-processes' } },
          survivesPausedHolder: { declared: true, brokenBy: { trial: 'paused' } },
        }),
      ],
    );
    expect(cells(figures, { ...all, acrossProcesses: false })).toEqual([
      'yes',
      'yes',
      'yes',
      'no: two-processes',
      '**broken** by paused |',
    ]);
    expect(cells(figures)?.[3]).toBe('yes, not attacked yet');
    expect(cells(noFigures)).toEqual(
      Array(5).fill('yes, not attacked yet').with(4, 'yes, not attacked yet |'),
    );
  });
});
