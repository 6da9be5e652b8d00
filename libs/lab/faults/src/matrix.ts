import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultCell } from '@coupon/results';
import { runCell, type Lane } from './cell.js';
import { cellsFolder, readCell, writeCell } from './cell-files.js';
import { clock } from './clock.js';
import type { Fault } from './fault.js';
import { revision } from './revision.js';
import { build } from './rig.js';
import { openServers, type Servers } from './servers.js';
import { outcomeOf } from './story.js';
import type { Subject } from './subject.js';

/** One fault and one strategy that it says something about. */
export interface CellPlan {
  readonly fault: Fault;
  readonly subject: Subject;
}

/** What a matrix is run with. */
export interface MatrixOptions {
  /** Cells at the same time, each on servers of its own. */
  readonly lanes: number;
  /** Cells of this revision that were finished before are not run again. */
  readonly resume: boolean;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** All cells of these faults and strategies, one strategy after the other. */
export const plansOf = (
  faults: readonly Fault[],
  subjects: readonly Subject[],
): readonly CellPlan[] =>
  subjects.flatMap((subject) =>
    faults.filter((fault) => fault.applies(subject) === true).map((fault) => ({ fault, subject })),
  );

/** Starting processes, warm-up, recovery, replays and drain: what a cell takes beside its fault. */
const CELL_OVERHEAD_MS = 9_000;

const estimatedMs = (plans: readonly CellPlan[]): number =>
  plans.reduce((sum, { fault }) => sum + fault.holdMs + CELL_OVERHEAD_MS, 0);

/**
 * Runs cells, and resolves with all of them, in the order in which they ended. A cell that cannot be
 * run rejects the whole. Rejects with the signal's reason.
 */
export async function runMatrix(
  plans: readonly CellPlan[],
  { lanes, resume, say, signal }: MatrixOptions,
): Promise<readonly FaultCell[]> {
  const current = await revision();
  const cells: FaultCell[] = [];
  const waiting: CellPlan[] = [];
  for (const plan of plans) {
    const known = resume ? readCell(plan.fault.name, plan.subject.name) : null;
    if (known !== null && known.revision === current) cells.push(known);
    else waiting.push(plan);
  }
  say(`${plans.length} cells; ${cells.length} of this revision are there already`);
  if (waiting.length === 0) return cells;
  const builds = await build();
  const total = waiting.length;
  const beganMs = clock.monotonicMs();
  const expectedMs = estimatedMs(waiting);
  const runLane = async (n: number): Promise<void> => {
    const folder = join(cellsFolder, 'logs');
    mkdirSync(folder, { recursive: true });
    await using servers = new ReplaceableServers();
    for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
      const lane: Lane = {
        servers: await servers.get(),
        builds,
        folder,
        revision: current,
        signal,
      };
      const cell = await runCell(plan.fault, plan.subject, lane).catch(async (error: unknown) => {
        await servers.discard();
        throw error;
      });
      writeCell(cell);
      cells.push(cell);
      const leftMs = leftOf(clock.monotonicMs() - beganMs, expectedMs, estimatedMs(waiting));
      say(lineOf(cell, `${total - waiting.length}/${total}`, n, leftMs));
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, total) }, (_, n) => runLane(n)));
  return cells;
}

/** What is left, if it goes on as fast as it went so far. */
const leftOf = (passedMs: number, allMs: number, waitingMs: number): number =>
  waitingMs * (passedMs / Math.max(1, allMs - waitingMs));

function lineOf(cell: FaultCell, done: string, lane: number, leftMs: number): string {
  const minutes = (leftMs / 60_000).toFixed(0);
  const head = `${done} ${cell.fault} x ${cell.strategy}: ${outcomeOf(cell)} (${(cell.tookMs / 1_000).toFixed(0)} s, lane ${lane + 1}, about ${minutes} min left)`;
  return [head, ...cell.deviations.map((deviation) => `    ${deviation}`)].join('\n');
}

/** Servers that are opened when they are needed, and again after a cell that failed. */
class ReplaceableServers implements AsyncDisposable {
  private opened: (Servers & AsyncDisposable) | null = null;

  async get(): Promise<Servers> {
    this.opened ??= await openServers();
    return this.opened;
  }

  async discard(): Promise<void> {
    const { opened } = this;
    this.opened = null;
    await opened?.[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.discard();
  }
}
