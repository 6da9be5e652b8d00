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

/** What a fault does, as far as predictions go by it. */
export const faultKinds = [
  /** The database is gone, or does not answer. */
  'database-away',
  /** Redis is gone, or does not answer; what it has acknowledged comes back. */
  'redis-away',
  /** Redis comes back without all that it has acknowledged. */
  'redis-forgets',
  /** Redis forgets everything, again and again, while the service works with it. */
  'redis-flushed',
  /** One of the two API processes is gone, or stands still. */
  'api-away',
  /** Every process is replaced, one after the other. */
  'rolling-update',
  /** The write-behind worker is gone, or stands still. */
  'worker-away',
  /** Connections are cut, or cannot be had; the servers are well. */
  'connections',
  /** Somebody locks the row of one coupon. */
  'row-held',
  /** An administrator changes a coupon by SQL, consistently. */
  'stock-changed',
  /** An administrator changes a coupon by SQL so that its numbers do not add up. */
  'stock-unsound',
  /** The database comes back without rows that it has acknowledged. */
  'rows-lost',
  /** Messages are late, lost or repeated; every server is well. */
  'network',
  /** Every message takes long, and arrives. */
  'slow-network',
  /** A process's clock is wrong. */
  'clock',
  /** A server cannot write. */
  'disk-full',
] as const;

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

const faultSchema = z.object({
  /** As the command line and result files write it. */
  name: z.string(),
  /** What it does, in a few words. */
  title: z.string(),
  kind: z.enum(faultKinds),
});

/**
 * A place of the matrix: no cell, because the fault says nothing about the strategy; one that was
 * never run; or what was found there last.
 */
export const matrixPlaceSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('inapplicable'), reason: z.string() }),
  z.object({ state: z.literal('not-run') }),
  z.object({
    state: z.literal('run'),
    verdict: z.enum(faultVerdicts),
    /** The number of differences from the prediction. */
    deviations: count,
    revision: z.string(),
  }),
]);

/** The matrix of faults and strategies, as far as it was run here. */
export const faultMatrixSchema = z.object({
  strategies: z.array(z.string()),
  /** Each with a place for each strategy, in their order. */
  faults: z.array(faultSchema.extend({ places: z.array(matrixPlaceSchema) })),
  /** Of the cell that was begun last; null: none was run. */
  newestRevision: z.string().nullable(),
});

/** One cell of the matrix in full, or why there is none. */
export const openedCellSchema = z.object({
  fault: faultSchema,
  strategy: z.string(),
  /** Why the fault says nothing about the strategy; null: it does. */
  inapplicable: z.string().nullable(),
  /** Null: never run. */
  cell: faultCellSchema.nullable(),
  /** As {@link faultMatrixSchema} has it. */
  newestRevision: z.string().nullable(),
});

/** What a fault does, as far as predictions go by it. */
export type FaultKind = (typeof faultKinds)[number];
/** What a cell must come to. */
export type FaultVerdict = (typeof faultVerdicts)[number];
/** A place of the matrix. */
export type MatrixPlace = z.infer<typeof matrixPlaceSchema>;
/** The matrix of faults and strategies. */
export type FaultMatrix = z.infer<typeof faultMatrixSchema>;
/** One cell of the matrix in full, or why there is none. */
export type OpenedCell = z.infer<typeof openedCellSchema>;
/** What is expected of one strategy under one fault, and why. */
export type Prediction = z.infer<typeof predictionSchema>;
/** One strategy under one fault. */
export type FaultCell = z.infer<typeof faultCellSchema>;
