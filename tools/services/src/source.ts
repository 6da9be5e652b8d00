import { isRecord } from './folder.js';

/** A server that the keeper can run. */
export type ServerKind = 'database' | 'redis';

/** All kinds, in the order in which they are told. */
export const serverKinds: readonly ServerKind[] = ['database', 'redis'];

/** How a server is to be run: by a program of this machine, or in a container. */
export type Source =
  | { readonly from: 'machine'; readonly program: string }
  | { readonly from: 'docker'; readonly program: string; readonly image: string };

/** Which servers a user needs, and how each is to be run. */
export type Sources = { readonly [kind in ServerKind]?: Source };

/** Reads sources out of a parsed file; whatever is no source is left out. */
export function parseSources(value: unknown): Sources {
  if (!isRecord(value)) return {};
  const found = serverKinds
    .map((kind) => [kind, parseSource(value[kind])] as const)
    .filter(([, source]) => source !== null);
  return Object.fromEntries(found);
}

function parseSource(value: unknown): Source | null {
  if (!isRecord(value) || typeof value['program'] !== 'string') return null;
  if (value['from'] === 'machine') return { from: 'machine', program: value['program'] };
  if (value['from'] !== 'docker' || typeof value['image'] !== 'string') return null;
  return { from: 'docker', program: value['program'], image: value['image'] };
}
