import { format, resolveConfig } from 'prettier';

/** The languages that the documentation is written in. */
export type DocsLanguage = 'en' | 'ko';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A table. Prettier aligns its columns. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), `|${'---|'.repeat(head.length)}`, ...rows.map(row)].join('\n');

/** A link to a strategy's page, from a page in docs/. */
export const strategyLink = (name: string): string => `[${name}](strategies/${name}.md)`;

/** `markdown` as Prettier writes `file`. */
export const formatted = async (markdown: string, file: string): Promise<string> =>
  format(markdown, { ...(await resolveConfig(file)), parser: 'markdown' });

/**
 * `page` with `content` between the markers `<!-- generated: name -->` and `<!-- /generated -->`.
 * Throws where the page has no such markers.
 */
export function withGenerated(page: string, name: string, content: string): string {
  const start = `<!-- generated: ${name} -->`;
  const end = '<!-- /generated -->';
  const from = page.indexOf(start);
  const to = page.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error(`no ${start} ... ${end} in the page`);
  return `${page.slice(0, from)}${start}\n\n${content}\n\n${page.slice(to)}`;
}
