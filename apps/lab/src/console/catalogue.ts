import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explorationSchema, type Choices, type ExplorationBody } from '@coupon/results';
import type { Plugin } from '@coupon/strategies';
import { renderSequence } from '@coupon/ui/report';
import { Marked } from 'marked';
import { z } from 'zod';
import { allSchedules, isExplorable } from '../explore/explore-strategy.js';
import { resultsFolder, root } from '../run/paths.js';
import { readJson } from '../run/read-json.js';
import { loadMs, profileNames, readProfile } from '../run/profiles.js';

const attackedSchema = z.object({
  guarantees: z.record(
    z.string(),
    z.object({ brokenBy: z.object({ trial: z.string() }).nullable() }),
  ),
});

/** The results of the conformance kit's last run of a strategy in this clone. */
function attackedOf(name: string): Record<string, string | null> | null {
  const line = readJson(join(resultsFolder, 'conformance', `${name}.json`), attackedSchema);
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

/** The strategies and loads to choose from; read each time, since conformance results change. */
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
 * Diagrams are drawn here, since the page's policy forbids the scripts that would draw them there;
 * a diagram that cannot be drawn stays text. Links lead to strategies' pages and to https
 * addresses; of any other link only the text is kept.
 */
const pages = new Marked({
  renderer: {
    link({ href, tokens }) {
      const words = this.parser.parseInline(tokens);
      const [, strategy] = /^(?:\.\/)?([a-z0-9-]+)\.md$/.exec(href) ?? [];
      if (strategy !== undefined) return `<a href="#/strategies/${strategy}">${words}</a>`;
      return href.startsWith('https://')
        ? `<a href="${encodeURI(href)}" target="_blank" rel="noopener noreferrer">${words}</a>`
        : words;
    },
    code({ text, lang }) {
      const drawn = lang === 'mermaid' ? renderSequence(text) : null;
      return drawn === null
        ? false
        : `<div class="scroll" tabindex="0" role="region" aria-label="sequence diagram">` +
            `${drawn}</div>`;
    },
  },
});

/** A strategy's page as HTML; null when it has none. The name is a plugin's, not a user's input. */
export async function pageOf({ name }: Plugin): Promise<string | null> {
  return existsSync(pageFile(name))
    ? pages.parse(readFileSync(pageFile(name), 'utf8'), { async: true })
    : null;
}

const SCHEDULES_MAX = 500;
const BLOCKED_MS = 15;

const schedulesFile = (name: string, clients: number): string =>
  join(resultsFolder, 'schedules', `${name}.${clients}.json`);

/** The stored schedules of an earlier exploration; null when there are none. */
export const keptSchedules = ({ name }: Plugin, clients: number): ExplorationBody | null =>
  readJson(schedulesFile(name, clients), explorationSchema);

/** Explores every schedule of some clients (of three, the first five hundred) and stores them. */
export async function exploreAndKeep(
  plugin: Plugin,
  clients: number,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const progress = (done: number, share: number): void =>
    say(`${done} (${Math.floor(share * 100)} %)`);
  const request = {
    plugin,
    clients,
    instances: clients,
    totalQuantity: clients,
    perUserLimit: null,
    schedulesMax: SCHEDULES_MAX,
    blockedMs: BLOCKED_MS,
  };
  const explored = await allSchedules(request, { say, progress, signal });
  signal.throwIfAborted();
  const file = schedulesFile(plugin.name, clients);
  mkdirSync(join(resultsFolder, 'schedules'), { recursive: true });
  writeFileSync(`${file}.draft`, JSON.stringify(explored));
  renameSync(`${file}.draft`, file);
}
