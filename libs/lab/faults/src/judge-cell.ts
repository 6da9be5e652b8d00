import type { FaultCell, Prediction } from '@coupon/results';
import { DRAIN_DEADLINE_MS } from './rig.js';

const RECOVERY_MAX_MS = 5_000;
/** What was away may have come back, and the next grant not be there yet. */
const FALSELY_READY_MAX_MS = 1_500;
const PAST_DEADLINE_MAX_MS = 1_000;
/** The notice before the drain, and what a process may take to close what it opened. */
const DRAIN_MAX_MS = DRAIN_DEADLINE_MS + 4_000;

/** What a cell came to, before it is compared with its prediction. */
export type Measured = Omit<
  FaultCell,
  | 'schemaVersion'
  | 'fault'
  | 'strategy'
  | 'revision'
  | 'startedAt'
  | 'tookMs'
  | 'prediction'
  | 'deviations'
>;

/** Every difference between what was predicted and what was found, a sentence each. */
export function* judgeCell(prediction: Prediction, cell: Measured): Generator<string> {
  yield* judgeDamage(prediction, cell);
  if (prediction.verdict !== 'breaks') yield* judgeAvailability(prediction, cell);
  const { unknown, worstPastDeadlineMs, generatorLagMs, drains } = cell;
  if (unknown.resolved < unknown.count)
    yield (
      `${unknown.count - unknown.resolved} of ` +
      `${unknown.count} unknown outcomes were never resolved`
    );
  if (worstPastDeadlineMs > PAST_DEADLINE_MAX_MS + generatorLagMs)
    yield `a claim waited ${worstPastDeadlineMs} ms past its deadline`;
  for (const [n, { tookMs, exitCode }] of drains.entries())
    if (exitCode !== 0 || tookMs > DRAIN_MAX_MS)
      yield (
        `process ${n + 1} ended ${Math.round(tookMs)} ms after SIGTERM with ` +
        `${exitCode ?? 'SIGKILL'}`
      );
}

function* judgeDamage(
  { verdict, breaks }: Prediction,
  { violations }: Measured,
): Generator<string> {
  const expected = new Set(breaks);
  for (const { kind, count, text } of violations)
    if (!expected.has(kind)) yield `${kind}: ${count} (${text})`;
  if (verdict === 'breaks' && !violations.some(({ kind }) => expected.has(kind)))
    yield `nothing broke, though ${breaks.join(' or ')} was predicted`;
}

function* judgeAvailability(
  { verdict }: Prediction,
  { grantsDuringFault, recoveryMs, falselyReadyMs }: Measured,
): Generator<string> {
  if (verdict === 'available' && grantsDuringFault === 0)
    yield 'no grant during the fault, though it was predicted to be survived';
  if (verdict === 'unavailable-until-healed' && grantsDuringFault > 0)
    yield `${grantsDuringFault} grants during the fault, though none was predicted`;
  if (recoveryMs === null) yield 'no grant after healing';
  else if (recoveryMs > RECOVERY_MAX_MS)
    yield `the first grant came ${recoveryMs} ms after healing`;
  if (falselyReadyMs > FALSELY_READY_MAX_MS)
    yield `a process called itself ready for ${falselyReadyMs} ms while no claim could be granted`;
}
