import { forEachGuarantee } from '@coupon/application';
import { z } from 'zod';
import { environmentSchema, runResultSchema } from './result.js';
import { tickSchema } from './watch.js';

const count = z.number().int().nonnegative();

/** One run of a race, as far as it got. */
export const runStateSchema = z.object({
  strategy: z.string(),
  profile: z.string(),
  repeat: z.number().int().positive(),
  instances: z.number().int().positive(),
  totalQuantity: count,
  /** The duration of the load. */
  loadMs: z.number(),
  phase: z.enum(['waiting', 'running', 'judged']),
  /** In chronological order; thinned in a long run. */
  ticks: z.array(tickSchema),
  /** Null until the run is judged. */
  result: runResultSchema.nullable(),
});

/** The phase of a race; the last three are final. */
export const racePhaseSchema = z.enum([
  'preparing',
  'running',
  'stopping',
  'finished',
  'stopped',
  'failed',
]);

/** The current race, or the last one since the lab started. */
export const raceStateSchema = z.object({
  /** The name of its folder in results/. */
  id: z.string(),
  phase: racePhaseSchema,
  /** Epoch milliseconds. */
  startedAtMs: z.number(),
  /** The approximate duration of the whole race. */
  expectedMs: z.number(),
  runs: z.array(runStateSchema),
  /** The current step, in words. */
  saying: z.string(),
  /** The error of a failed race. */
  fault: z.string().nullable(),
});

/** The current exploration. */
export const exploringSchema = z.object({
  strategy: z.string(),
  clients: z.number().int(),
  saying: z.string(),
});

/** The live state of the page. */
export const liveStateSchema = z.object({
  race: raceStateSchema.nullable(),
  exploring: exploringSchema.nullable(),
  /** The error of the last exploration. */
  exploreFault: z.string().nullable(),
});

/** An event that the lab sends to the page. `live` carries the whole state. */
export const liveEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('live'), state: liveStateSchema }),
  z.object({ kind: z.literal('race'), race: raceStateSchema }),
  z.object({ kind: z.literal('phase'), phase: racePhaseSchema, fault: z.string().nullable() }),
  z.object({ kind: z.literal('saying'), text: z.string() }),
  z.object({
    kind: z.literal('run'),
    /** Of the run among the runs of the race. */
    index: count,
    phase: z.enum(['running', 'judged']),
    result: runResultSchema.nullable(),
  }),
  z.object({ kind: z.literal('tick'), index: count, tick: tickSchema }),
  z.object({
    kind: z.literal('exploring'),
    exploring: exploringSchema.nullable(),
    fault: z.string().nullable(),
  }),
]);

/** The page's request of a race: strategies, each once, under one load. */
export const raceRequestSchema = z.strictObject({
  strategies: z.array(z.string().max(60)).min(1).max(20),
  profile: z.string().max(60),
  repeats: z.number().int().min(1).max(10),
  instances: z.number().int().min(1).max(8),
});

/** The page's request of an exploration. */
export const exploreRequestSchema = z.strictObject({
  strategy: z.string().max(60),
  clients: z.number().int().min(2).max(3),
});

const guaranteesSchema = z.object(forEachGuarantee(() => z.boolean()));
const bothLanguages = z.object({ en: z.string(), ko: z.string() });

/** The strategies and loads to choose from. */
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

/** An earlier race, in one line. */
export const pastRaceSchema = z.object({
  id: z.string(),
  startedAt: z.string(),
  command: z.string(),
  runs: z.array(
    z.object({ strategy: z.string(), profile: z.string(), holds: z.boolean(), sound: z.boolean() }),
  ),
  hasReport: z.boolean(),
});

/** An earlier race in full. */
export const openedRaceSchema = z.object({
  id: z.string(),
  command: z.string(),
  environment: environmentSchema,
  runs: z.array(runResultSchema),
  hasReport: z.boolean(),
});

/** A strategy's page as HTML, made from docs/strategies. */
export const strategyPageSchema = z.object({ name: z.string(), html: z.string() });

/** The body of a refused request. */
export const refusalSchema = z.object({
  error: z.enum(['BUSY', 'NOT_FOUND', 'INVALID', 'FORBIDDEN', 'FAILED']),
  message: z.string(),
});

/** One run of a race, as far as it got. */
export type RunState = z.infer<typeof runStateSchema>;
/** The phase of a race. */
export type RacePhase = z.infer<typeof racePhaseSchema>;
/** The current race, or the last one. */
export type RaceState = z.infer<typeof raceStateSchema>;
/** The live state of the page. */
export type LiveState = z.infer<typeof liveStateSchema>;
/** An event that the lab sends to the page. */
export type LiveEvent = z.infer<typeof liveEventSchema>;
/** The page's request of a race. */
export type RaceRequest = z.infer<typeof raceRequestSchema>;
/** The strategies and loads to choose from. */
export type Choices = z.infer<typeof choicesSchema>;
/** An earlier race, in one line. */
export type PastRace = z.infer<typeof pastRaceSchema>;
/** An earlier race in full. */
export type OpenedRace = z.infer<typeof openedRaceSchema>;
/** The body of a refused request. */
export type LabRefusalBody = z.infer<typeof refusalSchema>;
