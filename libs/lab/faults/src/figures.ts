import type { FaultCell, FaultKind } from '@coupon/results';
import type { Load } from './load.js';
import { falselyReadyMs, type ReadinessSample } from './readiness-watch.js';

/** When what was done, by the lab's clock. */
export interface Marks {
  readonly injectedMs: number;
  /** The begin of the healing: some of it may work from then on. */
  readonly healingMs: number;
  readonly healedMs: number;
  /** The end of the arrivals. */
  readonly stoppedMs: number;
}

const STEP_MS = 100;
/** What was under way at the injection may still be answered: it proves nothing of the fault. */
const STRUCK_MS = 500;

type Figures = Pick<
  FaultCell,
  | 'claims'
  | 'grants'
  | 'grantsDuringFault'
  | 'unknown'
  | 'answers'
  | 'withoutSuccessMs'
  | 'recoveryMs'
  | 'worstPastDeadlineMs'
  | 'generatorLagMs'
  | 'falselyReadyMs'
  | 'timeline'
>;

/** What the clients saw, in figures. Times since the load began where they are points in time. */
export function figuresOf(
  load: Load,
  { injectedMs, healingMs, healedMs, stoppedMs }: Marks,
  readiness: readonly ReadinessSample[],
  kind: FaultKind,
): Figures {
  // One locked coupon is no reason to take a process out of service: it could serve the others.
  const samples = kind === 'row-held' ? [] : readiness;
  const underLoad = load.grants
    .map(({ atMs }) => atMs)
    .filter((atMs) => atMs <= stoppedMs)
    .sort((a, b) => a - b);
  const first = underLoad.find((atMs) => atMs >= healedMs);
  const since = (atMs: number): number => Math.round(atMs - load.beganMs);
  return {
    claims: load.claims.length,
    grants: load.grants.length,
    grantsDuringFault: load.grants.filter(
      ({ startMs, atMs }) => startMs >= injectedMs + STRUCK_MS && atMs <= healingMs,
    ).length,
    unknown: unknownOf(load),
    answers: answersOf(load),
    withoutSuccessMs: Math.round(longestGap(underLoad, stoppedMs)),
    recoveryMs: first === undefined ? null : Math.round(first - healedMs),
    worstPastDeadlineMs: Math.round(
      load.attempts.reduce((worst, { pastDeadlineMs }) => Math.max(worst, pastDeadlineMs ?? 0), 0),
    ),
    generatorLagMs: Math.round(load.lagMaxMs),
    falselyReadyMs: falselyReadyMs(samples, underLoad, stoppedMs),
    timeline: {
      stepMs: STEP_MS,
      grants: stepsOf(underLoad.map(since), since(stoppedMs)),
      injectedMs: since(injectedMs),
      healedMs: since(healedMs),
    },
  };
}

function unknownOf({ claims }: Load): FaultCell['unknown'] {
  const unknown = claims.filter(({ wasUnknown }) => wasUnknown);
  const resolved = unknown.filter(({ outcome }) => outcome !== null);
  const granted = resolved.filter(({ isGranted }) => isGranted);
  return {
    count: unknown.length,
    resolved: resolved.length,
    granted: granted.length,
    refused: resolved.length - granted.length,
    attemptsMax: Math.max(0, ...unknown.map(({ attempts }) => attempts)),
  };
}

function answersOf({ attempts }: Load): FaultCell['answers'] {
  const answers: Record<string, number> = {};
  for (const { status, reason } of attempts) {
    const name = reason === null ? String(status) : `${status} ${reason}`;
    answers[name] = (answers[name] ?? 0) + 1;
  }
  return answers;
}

function longestGap(timesMs: readonly number[], endMs: number): number {
  let longestMs = 0;
  for (const [n, atMs] of timesMs.entries())
    longestMs = Math.max(longestMs, (timesMs[n + 1] ?? endMs) - atMs);
  return longestMs;
}

function stepsOf(timesMs: readonly number[], endMs: number): number[] {
  const steps = Array.from({ length: Math.ceil(endMs / STEP_MS) + 1 }, () => 0);
  for (const atMs of timesMs) {
    const step = Math.floor(atMs / STEP_MS);
    steps[step] = (steps[step] ?? 0) + 1;
  }
  return steps;
}
