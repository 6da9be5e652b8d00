import { forEachGuarantee } from '@coupon/application';
import { z } from 'zod';
import { environmentSchema, runResultSchema } from './result.js';
import { tickSchema } from './watch.js';

const count = z.number().int().nonnegative();

/** One heat of a race, as far as it got. */
export const runStateSchema = z.object({
  strategy: z.string(),
  profile: z.string(),
  repeat: z.number().int().positive(),
  instances: z.number().int().positive(),
  totalQuantity: count,
  /** How long k6 will load it, in milliseconds. */
  loadMs: z.number(),
  phase: z.enum(['waiting', 'running', 'judged']),
  /** In the order of time; thinned where a run is long. */
  ticks: z.array(tickSchema),
  /** Null until it is judged. */
  run: runResultSchema.nullable(),
});

/** What a race is at. The last three are its ends. */
export const racePhaseSchema = z.enum([
  'preparing',
  'running',
  'stopping',
  'finished',
  'stopped',
  'failed',
]);

/** The race that runs, or the last one that ran since the lab was started. */
export const raceStateSchema = z.object({
  /** The name of its folder in results/. */
  id: z.string(),
  phase: racePhaseSchema,
  /** Epoch milliseconds. */
  startedAtMs: z.number(),
  /** How long it takes in all, about. */
  expectedMs: z.number(),
  heats: z.array(runStateSchema),
  /** What is happening, in words. */
  saying: z.string(),
  /** Why it failed. */
  fault: z.string().nullable(),
});

/** An exploration that runs. */
export const exploringSchema = z.object({
  strategy: z.string(),
  clients: z.number().int(),
  saying: z.string(),
});

/** All that the page knows of what happens now. */
export const liveStateSchema = z.object({
  race: raceStateSchema.nullable(),
  exploring: exploringSchema.nullable(),
  /** Why the last exploration failed. */
  exploreFault: z.string().nullable(),
});

/**
 * What the lab sends to the page. `live` says all at once: whoever has it needs nothing that came
 * before.
 */
export const liveEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('live'), state: liveStateSchema }),
  z.object({ kind: z.literal('race'), race: raceStateSchema }),
  z.object({ kind: z.literal('phase'), phase: racePhaseSchema, fault: z.string().nullable() }),
  z.object({ kind: z.literal('saying'), text: z.string() }),
  z.object({
    kind: z.literal('heat'),
    heat: count,
    phase: z.enum(['running', 'judged']),
    run: runResultSchema.nullable(),
  }),
  z.object({ kind: z.literal('tick'), heat: count, tick: tickSchema }),
  z.object({
    kind: z.literal('exploring'),
    exploring: exploringSchema.nullable(),
    fault: z.string().nullable(),
  }),
]);

/** What the page asks for: strategies, each once, under one load. */
export const raceRequestSchema = z.strictObject({
  strategies: z.array(z.string().max(60)).min(1).max(20),
  profile: z.string().max(60),
  repeats: z.number().int().min(1).max(10),
  instances: z.number().int().min(1).max(8),
});

/** Which schedules are to be explored. */
export const exploreRequestSchema = z.strictObject({
  strategy: z.string().max(60),
  clients: z.number().int().min(2).max(3),
});

const guaranteesSchema = z.object(forEachGuarantee(() => z.boolean()));
const bothLanguages = z.object({ en: z.string(), ko: z.string() });

/** What can be chosen. */
export const choicesSchema = z.object({
  strategies: z.array(
    z.object({
      name: z.string(),
      about: bothLanguages,
      guarantees: guaranteesSchema,
      /**
       * What the conformance kit found when it was last run here: the trial that broke a guarantee,
       * null where none could.
       */
      attacked: z.record(z.string(), z.string().nullable()).nullable(),
      hasPage: z.boolean(),
      explorable: z.boolean(),
    }),
  ),
  profiles: z.array(
    z.object({
      name: z.string(),
      about: z.string(),
      totalQuantity: count,
      usersMax: count,
      loadMs: z.number(),
    }),
  ),
});

/** An earlier race, in a line. */
export const pastRaceSchema = z.object({
  id: z.string(),
  startedAt: z.string(),
  command: z.string(),
  runs: z.array(
    z.object({ strategy: z.string(), profile: z.string(), holds: z.boolean(), sound: z.boolean() }),
  ),
  hasReport: z.boolean(),
});

/** One earlier race in full. */
export const openedRaceSchema = z.object({
  id: z.string(),
  command: z.string(),
  environment: environmentSchema,
  runs: z.array(runResultSchema),
  hasReport: z.boolean(),
});

/** A strategy's page as HTML, made from docs/strategies. */
export const strategyPageSchema = z.object({ name: z.string(), html: z.string() });

/** A refusal of the lab's. */
export const refusalSchema = z.object({
  error: z.enum(['BUSY', 'NOT_FOUND', 'INVALID', 'FORBIDDEN', 'FAILED']),
  message: z.string(),
});

/** One heat of a race, as far as it got. */
export type RunState = z.infer<typeof runStateSchema>;
/** What a race is at. */
export type RacePhase = z.infer<typeof racePhaseSchema>;
/** The race that runs, or the last one. */
export type RaceState = z.infer<typeof raceStateSchema>;
/** All that the page knows of what happens now. */
export type LiveState = z.infer<typeof liveStateSchema>;
/** What the lab sends to the page. */
export type LiveEvent = z.infer<typeof liveEventSchema>;
/** What the page asks for. */
export type RaceRequest = z.infer<typeof raceRequestSchema>;
/** What can be chosen. */
export type Choices = z.infer<typeof choicesSchema>;
/** An earlier race, in a line. */
export type PastRace = z.infer<typeof pastRaceSchema>;
/** One earlier race in full. */
export type OpenedRace = z.infer<typeof openedRaceSchema>;
/** A refusal of the lab's. */
export type LabRefusalBody = z.infer<typeof refusalSchema>;
