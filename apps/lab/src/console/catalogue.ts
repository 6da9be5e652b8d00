import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explorationSchema, type Choices, type ExplorationBody } from '@coupon/results';
import type { Plugin } from '@coupon/strategies';
import { Marked } from 'marked';
import { z } from 'zod';
import { allSchedules, isExplorable } from '../explore/explore-strategy.js';
import { resultsFolder, root } from '../run/paths.js';
import { loadMs, profileNames, readProfile } from '../run/profiles.js';
import { drawSequence } from './sequence-diagram.js';

const attackedSchema = z.object({
  guarantees: z.record(
    z.string(),
    z.object({ brokenBy: z.object({ trial: z.string() }).nullable() }),
  ),
});

const parsedFile = <Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): z.infer<Schema> | null => {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null; // absent, or of an older form
  }
};

/** What the conformance kit left of a strategy when it was last run in this clone. */
function attackedOf(name: string): Record<string, string | null> | null {
  const line = parsedFile(join(resultsFolder, 'conformance', `${name}.json`), attackedSchema);
  return line === null
    ? null
    : Object.fromEntries(
        Object.entries(line.guarantees).map(([guarantee, { brokenBy }]) => [
          guarantee,
          brokenBy?.trial ?? null,
        ]),
      );
}

const pageFile = (name: string): string => join(root, 'docs/strategies', `${name}.md`);

/**
 * Which strategies and loads can be chosen, read each time, since the conformance
 * results may change meanwhile.
 */
export function choicesOf(plugins: readonly Plugin[]): Choices {
  return {
    strategies: plugins.map((plugin) => ({
      name: plugin.name,
      about: plugin.summary,
      guarantees: plugin.guarantees,
      attacked: attackedOf(plugin.name),
      hasPage: existsSync(pageFile(plugin.name)),
      explorable: isExplorable(plugin),
    })),
    profiles: profileNames.map((name) => {
      const profile = readProfile(name);
      const usersMax = Math.max(...profile.stages.map(({ users }) => users));
      return {
        name,
        about: profile.about,
        totalQuantity: profile.totalQuantity,
        usersMax,
        loadMs: loadMs(profile),
      };
    }),
  };
}

/**
 * Diagrams are drawn here: the page forbids the scripts that would draw them there; what cannot be
 * drawn stays text. A link to another strategy's page leads there, one to a file that the page does
 * not show is only its words.
 */
const pages = new Marked({
  renderer: {
    link({ href, tokens }) {
      const words = this.parser.parseInline(tokens);
      const [, strategy] = /^(?:\.\/)?([a-z0-9-]+)\.md$/.exec(href) ?? [];
      if (strategy !== undefined) return `<a href="#/strategies/${strategy}">${words}</a>`;
      return /^https:\/\//.test(href)
        ? `<a href="${encodeURI(href)}" target="_blank" rel="noopener noreferrer">${words}</a>`
        : words;
    },
    code({ text, lang }) {
      const drawn = lang === 'mermaid' ? drawSequence(text) : null;
      return drawn === null
        ? false
        : `<div class="scroll" tabindex="0" role="region" aria-label="sequence diagram">${drawn}</div>`;
    },
  },
});

/**
 * A strategy's page as HTML; null when it has none. `name` is that of a plugin, not what somebody
 * typed.
 */
export async function pageOf({ name }: Plugin): Promise<string | null> {
  return existsSync(pageFile(name))
    ? pages.parse(readFileSync(pageFile(name), 'utf8'), { async: true })
    : null;
}

const SCHEDULES_MAX = 500;
const BLOCKED_MS = 15;

const schedulesFile = (name: string, clients: number): string =>
  join(resultsFolder, 'schedules', `${name}.${clients}.json`);

/** The schedules that were explored before; null when there are none. */
export const keptSchedules = ({ name }: Plugin, clients: number): ExplorationBody | null =>
  parsedFile(schedulesFile(name, clients), explorationSchema);

/** Explores every schedule of some clients (of three, the first five hundred) and keeps them. */
export async function exploreAndKeep(
  plugin: Plugin,
  clients: number,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const progress = (done: number, share: number): void =>
    say(`${done} (${Math.floor(share * 100)} %)`);
  const expedition = {
    plugin,
    clients,
    instances: clients,
    totalQuantity: clients,
    perUserLimit: null,
    schedulesMax: SCHEDULES_MAX,
    blockedMs: BLOCKED_MS,
  };
  const explored = await allSchedules(expedition, { say, progress, signal });
  signal.throwIfAborted();
  const file = schedulesFile(plugin.name, clients);
  mkdirSync(join(resultsFolder, 'schedules'), { recursive: true });
  writeFileSync(`${file}.draft`, JSON.stringify(explored));
  renameSync(`${file}.draft`, file);
}
