import { guaranteeNames, guarantees, type GuaranteeName } from '@coupon/application';
import type { Plugin } from '@coupon/strategies';
import { decisionTree, flowchartOf, leavesOf } from './decision-tree.js';
import type { Figures } from './figures.js';

/** What the page is made of. */
export interface Sources {
  readonly plugins: readonly Pick<Plugin, 'name' | 'guarantees'>[];
  /** By strategy: what it keeps claims apart by, as the README's table says. */
  readonly apart: ReadonlyMap<string, string>;
  readonly figures: Figures;
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), `|${'---|'.repeat(head.length)}`, ...rows.map(row)].join('\n');
const link = (name: string): string => `[${name}](strategies/${name}.md)`;

/** docs/CHOOSING.md, from the plugins' own words and the committed figures. */
export function choosingPage({ plugins, apart, figures }: Sources): string {
  const inTree = new Set(leavesOf(decisionTree).map(({ strategy }) => strategy));
  const others = plugins.filter(({ name }) => !inTree.has(name));
  return `# Choosing a strategy

<!-- Made by \`npm run docs\` from the plugins, README.md's table and docs/figures.json. A test fails when it is not up to date. -->

In doubt: ${link('mysql-for-update')}. It needs nothing but the database and has nothing to tune. The others earn their place by an answer to one of
these questions.

\`\`\`mermaid
${flowchartOf(decisionTree)}
\`\`\`

Not in the tree: ${others.map(({ name }) => link(name)).join(', ')}. They are here to be compared with: the broken original and its own repair, and ways that
something else in the tree does better or that hold only within one process.

## What each one guarantees
As declared by the strategy. The conformance kit attacks every *yes* and has to break every *no*; a *no* names the attack that broke it. *Not attacked yet*: there
is no result in docs/figures.json.

${matrixOf(plugins, apart, figures)}

*Recorded on return*: a grant is in the database when its claim is answered. *Survives a paused holder*: a process may stop in the middle of its work (SIGSTOP, a long
collection, a frozen machine) for longer than any lease, and go on. Redis locks do not, unless their writes are fenced by the coupon's version (\`..._FENCED=true\`).

## What each one costs
${racesOf(figures)}`;
}

function matrixOf(plugins: Sources['plugins'], apart: Sources['apart'], figures: Figures): string {
  const cell = (name: string, guarantee: GuaranteeName, declared: boolean): string => {
    const judged = figures.attacks.find(({ strategy }) => strategy === name)?.guarantees[guarantee];
    if (judged === undefined || judged.declared !== declared)
      return `${declared ? 'yes' : 'no'}, not attacked yet`;
    if (declared)
      return judged.brokenBy === null ? 'yes' : `**broken** by ${judged.brokenBy.trial}`;
    return judged.brokenBy === null ? '**too modest**' : `no: ${judged.brokenBy.trial}`;
  };
  const rows = plugins.map(({ name, guarantees: declared }) => [
    link(name),
    apart.get(name) ?? '',
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
    return 'Not measured yet: `npm run race -- --strategies all --profile smoke`, then `npm run docs -- --update`.\n';
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
  return `One run each, on a machine that k6, the database and Redis share: an order of magnitude, not a benchmark. ${startedAt.slice(0, 10)}, revision ${revision}, ${cpus} x ${cpu},
Node ${node}, ${database}, Redis ${redis}, k6 ${k6}.

${table(['strategy', 'load', 'granted/s', 'p95', 'lost updates', 'verdict'], rows)}
`;
}
