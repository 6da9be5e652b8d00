import { z } from 'zod';

/** What a runner is asked: to attack one plugin until something breaks. */
export const taskSchema = z.object({
  /** The file that exports the plugin. */
  pluginFile: z.string(),
  env: z.record(z.string(), z.string()),
  /** Guarantees that it gives with these settings, beyond those that it declares. */
  also: z.array(z.string()),
  /** The names of the scenarios, in their order. */
  scenarios: z.array(z.string()),
});

/** What a deviation was, and which scenario showed it. */
export const killSchema = z.object({
  scenario: z.string(),
  /** An invariant or a guarantee of the kit; for what the kit did not name, how it ended. */
  invariant: z.string(),
  what: z.string(),
});

/** What a runner reports. */
export const reportSchema = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ began: z.string() }),
  /** The task is done; null: nothing broke. */
  z.object({ killed: killSchema.nullable() }),
  /** The kit could not make an attack, or something was thrown that nobody caught. */
  z.object({ failed: z.string() }),
]);

export type Task = z.infer<typeof taskSchema>;
export type Kill = z.infer<typeof killSchema>;
export type RunnerReport = z.infer<typeof reportSchema>;
