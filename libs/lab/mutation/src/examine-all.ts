import { examineMutant, type Examined } from './examine-mutant.js';
import type { GeneratedMutant } from './mutants.js';
import type { Result } from './results.js';
import { openRunner } from './runner-process.js';

/** How much is done at all, and how much at once. */
export interface Extent {
  /** The names of the only scenarios. Default: all. */
  readonly only?: readonly string[];
  /** Mutants that are examined at the same time. Default: two. */
  readonly atOnce?: number;
}

/**
 * Examines mutants, each first by what killed it before, and calls `onResult` for
 * each one that is done.
 */
export async function examineAll(
  mutants: readonly GeneratedMutant[],
  results: ReadonlyMap<string, Result>,
  onResult: (mutant: GeneratedMutant, examined: Examined) => void,
  { only, atOnce = 2 }: Extent = {},
): Promise<void> {
  const queue = mutants.values();
  const work = async (): Promise<void> => {
    await using runner = openRunner();
    for (const mutant of queue)
      onResult(mutant, await examineMutant(runner, mutant, results.get(mutant.id)?.killer, only));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
