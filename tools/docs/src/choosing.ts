import { guaranteeNames, guarantees, type GuaranteeName } from '@coupon/application';
import type { Plugin } from '@coupon/strategies';
import { decisionTree, flowchartOf, leavesOf } from './decision-tree.js';
import type { Figures } from './figures.js';
import { strategyLink, table } from './markdown.js';

/** What the page is made of. */
export interface Sources {
  readonly plugins: readonly Pick<Plugin, 'name' | 'summary' | 'guarantees'>[];
  readonly figures: Figures;
}

/** docs/CHOOSING.md, from the plugins' own words and the committed figures. */
export function choosingPage({ plugins, figures }: Sources): string {
  const inTree = new Set(leavesOf(decisionTree).map(({ strategy }) => strategy));
  const others = plugins.filter(({ name }) => !inTree.has(name));
  return `# Choosing a strategy

<!-- Made by \`npm run docs\` from the plugins and docs/figures.json. \
A test fails when it is not up to date. -->

If in doubt: ${strategyLink('mysql-for-update')}. It needs nothing but the database \
and has nothing to tune. The
others are worth it if you answer one of these questions with yes.

\`\`\`mermaid
${flowchartOf(decisionTree)}
\`\`\`

Not in the tree: ${others.map(({ name }) => strategyLink(name)).join(', ')}. \
They exist for comparison: the broken
original and its own repair, and strategies that another one in the tree outperforms \
or that hold only within one process.

## What each one guarantees
As declared by the strategy. The conformance kit attacks every *yes* and must break every *no*; \
a *no* names the
attack that broke it. *Not attacked*: docs/figures.json has no result.

${matrixOf(plugins, figures)}

${guaranteeNames.map(guaranteeLine).join('\n')}

A lock in Redis survives a paused holder only where its writes are fenced by the coupon's version \
(\`..._FENCED=true\`).

## What each one costs
${racesOf(figures)}`;
}

const guaranteeLine = (name: GuaranteeName): string => {
  const { title, explanation } = guarantees[name];
  return `- *${title.en.charAt(0).toUpperCase()}${title.en.slice(1)}*: ${explanation.en}`;
};

function matrixOf(plugins: Sources['plugins'], figures: Figures): string {
  const cell = (name: string, guarantee: GuaranteeName, declared: boolean): string => {
    const judged = figures.attacks.find(({ strategy }) => strategy === name)?.guarantees[guarantee];
    if (judged?.declared !== declared) return `${declared ? 'yes' : 'no'}, not attacked`;
    if (declared)
      return judged.brokenBy === null ? 'yes' : `**broken** by ${judged.brokenBy.trial}`;
    return judged.brokenBy === null ? '**underclaimed**' : `no: ${judged.brokenBy.trial}`;
  };
  const rows = plugins.map(({ name, summary, guarantees: declared }) => [
    strategyLink(name),
    summary.en,
    ...guaranteeNames.map((guarantee) => cell(name, guarantee, declared[guarantee])),
  ]);
  return table(
    [
      'strategy',
      'keeps claims apart by',
      ...guaranteeNames.map((name) => guarantees[name].title.en),
    ],
    rows,
  );
}

function racesOf({ environment, races }: Figures): string {
  if (environment === null || races.length === 0)
    return (
      'Not measured yet: `npm run race -- --strategies all --profile smoke`, ' +
      'then `npm run docs -- --update`.\n'
    );
  const rows = races.map(
    ({ strategy, profile, instances, grantsPerS, p95Ms, lostUpdates, holds }) => [
      strategy,
      `${profile}${instances > 1 ? `, ${instances} processes` : ''}`,
      String(grantsPerS),
      `${p95Ms} ms`,
      String(lostUpdates),
      holds ? 'as declared' : '**not as declared**',
    ],
  );
  const { startedAt, node, database, redis, k6, cpu, cpus, revision } = environment;
  return `One run each, on a machine that k6, the database and Redis share: \
an order of magnitude, not a benchmark. \
${startedAt.slice(0, 10)}, revision ${revision}, ${cpus} x ${cpu},
Node ${node}, ${database}, Redis ${redis}, k6 ${k6}.

${table(['strategy', 'load', 'granted/s', 'p95', 'lost updates', 'verdict'], rows)}
`;
}
