import { z } from 'zod';
import { violationSchema } from './result.js';

const count = z.number().int().nonnegative();
const ms = z.number().nonnegative();

/**
 * What a cell must come to. `available`: sound, and grants go on during the fault. `sound`: nothing
 * broken, and grants again within 5 s of healing. `unavailable-until-healed`: sound, and no grant
 * during the fault. `breaks`: some of the named violations, and no others.
 */
export const faultVerdicts = ['available', 'sound', 'unavailable-until-healed', 'breaks'] as const;

/** What is expected of one strategy under one fault, and why. */
export const predictionSchema = z.object({
  verdict: z.enum(faultVerdicts),
  /** The violations that must be found: at least one of them, and no others. */
  breaks: z.array(z.string()),
  reason: z.string(),
});

/** One strategy under one fault: results/faults/<fault>.<strategy>.json. */
export const faultCellSchema = z.object({
  schemaVersion: z.literal(1),
  fault: z.string(),
  strategy: z.string(),
  revision: z.string(),
  startedAt: z.iso.datetime(),
  tookMs: ms,
  prediction: predictionSchema,
  /** Differences between prediction and what was found, a sentence each; empty: as predicted. */
  deviations: z.array(z.string()),
  /** Claims that were answered 200 and have no row. */
  acknowledgedLost: count,
  overIssued: count,
  lostUpdates: count,
  duplicateOrdinals: count,
  /** Everything that the checker found, the kinds above included. */
  violations: z.array(violationSchema),
  claims: count,
  grants: count,
  /** Grants of claims that began during the fault and were answered before it was healed. */
  grantsDuringFault: count,
  /** Claims of which some attempt had an unknown outcome. */
  unknown: z.object({
    count,
    resolved: count,
    granted: count,
    refused: count,
    /** The most attempts that one of them took. */
    attemptsMax: count,
  }),
  /** Answers by status and reason, such as `409 SOLD_OUT`; `0 ECONNRESET` where none came. */
  answers: z.record(z.string(), count),
  /** Longest time without any grant. */
  withoutSuccessMs: ms,
  /** From healing to the first grant; null: none came. */
  recoveryMs: ms.nullable(),
  /** Longest wait past a claim's deadline, at a process that was up meanwhile. */
  worstPastDeadlineMs: ms,
  /** The longest delay of the load generator itself. */
  generatorLagMs: ms,
  /** From SIGTERM to the end of the process, and how it ended, for each API process. */
  drains: z.array(z.object({ tookMs: ms, exitCode: z.number().int().nullable() })),
  /** Longest time that an API process called itself ready while no claim could be granted. */
  falselyReadyMs: ms,
  timeline: z.object({
    stepMs: z.number().int().positive(),
    /** Grants in each step since the load began. */
    grants: z.array(count),
    injectedMs: ms,
    /** Null: the fault could not be healed. */
    healedMs: ms.nullable(),
  }),
});

/** What is expected of one strategy under one fault, and why. */
export type Prediction = z.infer<typeof predictionSchema>;
/** One strategy under one fault. */
export type FaultCell = z.infer<typeof faultCellSchema>;
