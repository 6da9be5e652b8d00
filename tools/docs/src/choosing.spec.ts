import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { allGuarantees as all, type Guarantees } from '@coupon/application';
import { plugins } from '@coupon/strategies';
import { choosingPage } from './choosing.js';
import { asked, decisionTree, flowchartOf, leavesOf } from './decision-tree.js';
import { noFigures, updated, type Figures } from './figures.js';
import { generatedFiles, generatedPage } from './pages.js';
import { readFigures, root } from './sources.js';
import { strategiesTable } from './strategies-table.js';

describe('the generated pages', () => {
  it.each(generatedFiles)('%s is what `npm run docs` makes today', async (file) => {
    expect(readFileSync(join(root, file), 'utf8')).toBe(await generatedPage(file));
  });

  it('tell a summary and every setting of every strategy, in both languages', () => {
    for (const { name, summary, declaredSettings } of plugins) {
      const texts = [summary, ...declaredSettings.map(({ about }) => about)];
      const missing = texts.filter(({ en, ko }) => en === '' || ko === '');
      expect({ name, missing }).toEqual({ name, missing: [] });
    }
  });

  it('change as soon as a plugin declares something else', () => {
    const changed = plugins.map((plugin) => ({
      ...plugin,
      guarantees: { ...plugin.guarantees, acrossProcesses: !plugin.guarantees.acrossProcesses },
    }));
    const figures = readFigures();
    expect(choosingPage({ plugins: changed, figures })).not.toBe(
      choosingPage({ plugins, figures }),
    );
    expect(strategiesTable(changed, 'en')).not.toBe(strategiesTable(plugins, 'en'));
  });
});

describe('the decision tree', () => {
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
  it('say which setting adds a guarantee', () => {
    const [, , line] = strategiesTable(
      plugins.filter(({ name }) => name === 'redis-spin-lock'),
      'en',
    ).split('\n');
    expect(line?.split(' | ').slice(2)).toEqual([
      'yes',
      'yes',
      'yes',
      'yes',
      'no (yes with `REDIS_SPIN_LOCK_FENCED=true`)',
      'yes |',
    ]);
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
    choosingPage({
      plugins: [{ name: 'mine', summary: { en: 'x', ko: 'x' }, guarantees }],
      figures,
    })
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

  it('say which attack broke what, and what was not attacked as declared today', () => {
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
      '**broken** by paused',
      'yes, not attacked |',
    ]);
    expect(cells(figures)?.[3]).toBe('yes, not attacked');
    expect(cells(noFigures)).toEqual(
      Array(6).fill('yes, not attacked').with(5, 'yes, not attacked |'),
    );
  });
});
