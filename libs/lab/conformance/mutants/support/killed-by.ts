import { guaranteeNames, type GuaranteeName } from '@coupon/application';
import { z } from 'zod';
import { invariantNames, type InvariantName } from '../../src/invariants.js';

/** What must find a mutant out: every mutant exports one as `killedBy`. */
export interface KilledBy {
  /** The name of the scenario; `all` where none may break the guarantee that is withheld. */
  readonly scenario: string;
  readonly invariant: InvariantName | GuaranteeName;
}

/** A mutant's module, besides its plugin. */
export const mutantSchema = z.object({
  killedBy: z.object({
    scenario: z.string(),
    invariant: z.enum([...invariantNames, ...guaranteeNames]),
  }),
});
