import { createHash } from 'node:crypto';
import { unifiedDiff } from './diff.js';
import { applied, parse, type Mutation } from './mutation.js';
import { luaOperators, operators } from './operators/index.js';
import type { MutatedFile } from './targets.js';

/** A file with one fault. */
export interface GeneratedMutant {
  /** `target/operator/function:number`, such as `redis-spin-lock/forget-await/acquire:2`. */
  readonly id: string;
  readonly operator: string;
  readonly what: string;
  readonly file: MutatedFile;
  /** The whole file with the fault. */
  readonly text: string;
  /** The fault as a unified diff, without the functions that it needs. */
  readonly diff: string;
  /** Of the text: the same as long as neither the file nor the fault changes. */
  readonly fingerprint: string;
}

const fingerprintOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 12);

interface Faults {
  readonly operator: string;
  readonly mutations: readonly Mutation[];
}

function faultsIn({ place, text }: MutatedFile): readonly Faults[] {
  if (place?.path.endsWith('.lua') === true)
    return luaOperators.map((operator) => ({
      operator: operator.name,
      mutations: operator.mutate(text),
    }));
  const source = parse(place?.path ?? 'example.mjs', text);
  return operators.map((operator) => ({
    operator: operator.name,
    mutations: operator.mutate(source),
  }));
}

/** All mutants of a file, in a fixed order; of several with the same text only the first. */
export function mutantsOf(file: MutatedFile): readonly GeneratedMutant[] {
  const texts = new Set([file.text]);
  const counts = new Map<string, number>();
  return faultsIn(file).flatMap(({ operator, mutations }) =>
    mutations.flatMap(({ where, what, edits, support }): readonly GeneratedMutant[] => {
      const stem = `${file.target}/${operator}/${file.prefix}${where}`;
      const count = (counts.get(stem) ?? 0) + 1;
      counts.set(stem, count);
      const changed = applied(file.text, edits);
      const text = support === undefined ? changed : `${changed}\n${support}\n`;
      if (texts.has(text)) return [];
      texts.add(text);
      const fingerprint = fingerprintOf(text);
      const diff = unifiedDiff(file.place?.path ?? `${file.target}.mjs`, file.text, changed);
      return [{ id: `${stem}:${count}`, operator, what, file, text, diff, fingerprint }];
    }),
  );
}

/** So many mutants of one operator in one target: the others differ from them by little. */
const SAMPLE_MAX = 1;

/** What locks are made of: options of SET, and what their scripts check and answer. All of it. */
const isEssential = ({ id, operator, file }: GeneratedMutant): boolean =>
  operator === 'set-option' ||
  (file.place?.package === 'redis' && /\/(guard-removed|wrong-return)\/script/.test(id));

/** By the digest of the id: no mutant that comes or goes changes what is chosen of the others. */
const lotOf = ({ id }: GeneratedMutant): string => createHash('sha256').update(id).digest('hex');

/** All mutants: of each operator in each target a sample that stays the same. */
export function allMutants(files: readonly MutatedFile[]): readonly GeneratedMutant[] {
  const mutants = files.flatMap(mutantsOf);
  const groups = new Map<string, GeneratedMutant[]>();
  for (const mutant of mutants) {
    const group = `${mutant.file.target}/${mutant.operator}`;
    groups.set(group, [...(groups.get(group) ?? []), mutant]);
  }
  const chosen = new Set(
    [...groups.values()].flatMap((group) =>
      group.toSorted((a, b) => (lotOf(a) < lotOf(b) ? -1 : 1)).slice(0, SAMPLE_MAX),
    ),
  );
  return mutants.filter((mutant) => chosen.has(mutant) || isEssential(mutant));
}

/** So many of `mutants`, chosen by their ids: always the same ones. */
export const sampleOf = (
  mutants: readonly GeneratedMutant[],
  count: number,
): readonly GeneratedMutant[] =>
  mutants.toSorted((a, b) => (lotOf(a) < lotOf(b) ? -1 : 1)).slice(0, count);
