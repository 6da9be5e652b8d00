import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { plugins } from '@coupon/strategies';
import { workspaceRoot } from './workspace.js';

/** The packages of which each mutant gets a copy, by the name of the copy's folder. */
export const copiedPackages = ['strategies', 'redis', 'concurrency'] as const;

export type CopiedPackage = (typeof copiedPackages)[number];

/** Where a package's sources are. */
export const sourcesOf = (name: CopiedPackage): string =>
  join(workspaceRoot, 'libs/service', name, 'src');

/** The worked example of docs/ADDING-A-STRATEGY.md, by the name that it gives itself. */
export const EXAMPLE = 'patient-lock';

/** One file that gets faults. */
export interface MutatedFile {
  /** What it is a part of: a strategy, or a piece that several share. The first part of ids. */
  readonly target: string;
  /** Before the function's name in ids, where the target has several files. */
  readonly prefix: string;
  /** The copied package that it belongs to, and its path in there; the example has neither. */
  readonly place: { readonly package: CopiedPackage; readonly path: string } | null;
  readonly text: string;
  /** The strategies that are examined with the fault. */
  readonly hosts: readonly string[];
}

/** Pieces that several strategies share, and those that show a fault in it soonest. */
const shared: readonly (readonly [CopiedPackage, string, readonly string[]])[] = [
  ['strategies', 'lease-guard.ts', ['redis-spin-lock', 'redis-queue-lock']],
  ['redis', 'lease.ts', ['redis-spin-lock', 'redis-pubsub-lock']],
  ['redis', 'release-1.lua', ['redis-spin-lock', 'redis-pubsub-lock']],
  ['redis', 'release-notifier.ts', ['redis-pubsub-lock']],
  ['redis', 'fair-lock.ts', ['redis-queue-lock']],
  ['redis', 'take-turn-2.lua', ['redis-queue-lock']],
  ['redis', 'renew-turn-2.lua', ['redis-queue-lock']],
  ['concurrency', 'issue-within.ts', ['mysql-for-update']],
  ['concurrency', 'with-retry.ts', ['mysql-optimistic']],
];

/** Files of strategies without anything that runs in a claim. */
const isAside = (file: string): boolean => /\.spec\.ts$|settings\.ts$|durability\.ts$/.test(file);

/** The strategy whose worker and writer are a service of their own, with tests of their own. */
const decidesIn: Readonly<Record<string, RegExp>> = {
  'redis-counter': /^redis-counter\.ts$|\.lua$/,
};

function strategyFiles(strategy: string): readonly MutatedFile[] {
  const folder = join(sourcesOf('strategies'), strategy);
  return readdirSync(folder)
    .filter((file) => (decidesIn[strategy] ?? /\.(ts|lua)$/).test(file) && !isAside(file))
    .toSorted()
    .map((file) => ({
      target: strategy,
      prefix: file === `${strategy}.ts` ? '' : `${basename(file, '.ts')}.`,
      place: { package: 'strategies', path: `${strategy}/${file}` },
      text: readFileSync(join(folder, file), 'utf8'),
      hosts: [strategy],
    }));
}

/** The code of the worked example. Throws where the page has none. */
export function exampleText(): string {
  const page = readFileSync(join(workspaceRoot, 'docs/ADDING-A-STRATEGY.md'), 'utf8');
  const code = /```js\n(.*?)```/s.exec(page)?.[1];
  if (code === undefined) throw new Error('docs/ADDING-A-STRATEGY.md has no example');
  return code;
}

/** Every file that gets faults. */
export const mutatedFiles = (): readonly MutatedFile[] => [
  ...plugins.flatMap(({ name }) => strategyFiles(name)),
  { target: EXAMPLE, prefix: '', place: null, text: exampleText(), hosts: [EXAMPLE] },
  ...shared.map(([name, path, hosts]) => ({
    target: path.replace(/\.(ts|lua)$/, ''),
    prefix: '',
    place: { package: name, path },
    text: readFileSync(join(sourcesOf(name), path), 'utf8'),
    hosts,
  })),
];
