/**
 * `npm run docs:graph`: draws nx's project graph into docs/GRAPH.md as a Mermaid diagram, a box for
 * each wing. An arrow means "imports"; what follows from other arrows is left out. With `--check`
 * it writes nothing and fails when the page is stale.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

const root = join(import.meta.dirname, '../..');
const page = join(root, 'docs/GRAPH.md');
const wings = [
  ['service', 'service: what is deployed'],
  ['lab', 'lab: what races, attacks, checks and shows it'],
  ['tools', 'tools'],
];

/** nx's graph as `{ nodes, dependencies }`. */
function readGraph() {
  const folder = mkdtempSync(join(tmpdir(), 'graph-'));
  try {
    const file = join(folder, 'graph.json');
    execFileSync(join(root, 'node_modules/.bin/nx'), ['graph', `--file=${file}`], { cwd: root });
    return JSON.parse(readFileSync(file, 'utf8')).graph;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The projects that each project imports, without those that it reaches through another one. */
function directImports({ nodes, dependencies }) {
  const names = Object.keys(nodes).sort();
  const targets = new Map(
    names.map((name) => [
      name,
      [...new Set(dependencies[name].map(({ target }) => target))].filter((to) => to in nodes),
    ]),
  );
  const reachable = (from) => {
    const reached = new Set(targets.get(from));
    for (const name of reached) for (const next of targets.get(name)) reached.add(next);
    return reached;
  };
  return new Map(
    names.map((name) => {
      const own = targets.get(name);
      const indirect = new Set(own.flatMap((to) => [...reachable(to)]));
      return [name, own.filter((to) => !indirect.has(to)).sort()];
    }),
  );
}

/** The page's Markdown. */
function draw(graph) {
  const short = (name) => name.replace('@coupon/', '');
  const imports = directImports(graph);
  const names = [...imports.keys()];
  const boxes = wings.flatMap(([wing, title]) => [
    `  subgraph ${wing}_wing["${title}"]`,
    ...names
      .filter((name) => graph.nodes[name].data.tags?.includes(`wing:${wing}`))
      .map((name) => `    ${short(name)}["${graph.nodes[name].data.root}"]`),
    '  end',
  ]);
  const arrows = names.flatMap((name) =>
    imports.get(name).map((to) => `  ${short(name)} --> ${short(to)}`),
  );
  return `# The project graph

Drawn from \`nx graph\` by \`npm run docs:graph\`. An arrow means "imports"; \
arrows that follow from others are left out.

\`\`\`mermaid
flowchart TD
${[...boxes, ...arrows].join('\n')}
\`\`\`
`;
}

const options = { ...(await resolveConfig(page)), filepath: page };
const text = await format(draw(readGraph()), options);
if (process.argv.includes('--check')) {
  if (readFileSync(page, 'utf8') !== text) {
    console.error('docs/GRAPH.md is stale: run npm run docs:graph');
    process.exitCode = 1;
  }
} else writeFileSync(page, text);
