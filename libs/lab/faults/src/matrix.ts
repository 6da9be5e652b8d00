import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultCell } from '@coupon/results';
import { runCell } from './cell.js';
import { cellsFolder, readCell, writeCell } from './cell-files.js';
import { clock } from './clock.js';
import { revision } from './revision.js';
import { build } from './rig.js';
import type { CellPlan } from './plans.js';
import { openServers, type Servers } from './servers.js';
import { outcomeOf } from './story.js';

/** What a matrix is run with. */
export interface MatrixOptions {
  /** Cells at the same time, each on servers of its own. */
  readonly lanes: number;
  /**
   * Cells that this revision or one of these has finished as predicted are not run again; false: all
   * are.
   */
  readonly resume: readonly string[] | false;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Starting processes, warm-up, recovery, replays and drain: what a cell takes beside its fault. */
const CELL_OVERHEAD_MS = 9_000;

const estimatedMs = (plans: readonly CellPlan[]): number =>
  plans.reduce((sum, { fault }) => sum + fault.holdMs + CELL_OVERHEAD_MS, 0);

/** What a matrix came to. */
export interface MatrixResult {
  /** In the order in which they ended. */
  readonly cells: readonly FaultCell[];
  /** Cells that could not be run, a sentence each. */
  readonly failures: readonly string[];
}

/**
 * Runs cells. One that cannot be run is tried once more, on new servers; then it is a failure, and
 * the others go on. Rejects with the signal's reason.
 */
export async function runMatrix(
  plans: readonly CellPlan[],
  { lanes, resume, say, signal }: MatrixOptions,
): Promise<MatrixResult> {
  const current = await revision();
  const cells: FaultCell[] = [];
  const failures: string[] = [];
  const waiting: CellPlan[] = [];
  for (const plan of plans) {
    const known = resume === false ? null : readCell(plan.fault.name, plan.subject.name);
    const isOfThese = known !== null && [current, ...(resume || [])].includes(known.revision);
    if (isOfThese && known.deviations.length === 0) cells.push(known);
    else waiting.push(plan);
  }
  say(`${plans.length} cells; ${cells.length} are there already`);
  if (waiting.length === 0) return { cells, failures };
  const builds = await build();
  const progress = new Progress(waiting, clock.monotonicMs());
  const folder = join(cellsFolder, 'logs');
  mkdirSync(folder, { recursive: true });
  const runLane = async (): Promise<void> => {
    await using servers = new ReplaceableServers();
    const attempt = async ({ fault, subject }: CellPlan): Promise<FaultCell> => {
      try {
        const lane = { servers: await servers.get(), builds, folder, revision: current, signal };
        return await runCell(fault, subject, lane);
      } catch (error) {
        await servers.discard();
        throw error;
      }
    };
    for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
      const once = plan;
      const cell = await attempt(once)
        .catch(() => (signal.aborted ? null : attempt(once)))
        .catch((error: unknown) => {
          failures.push(
            `${nameOf(once)}: ${error instanceof Error ? error.message : String(error)}`,
          );
          return null;
        });
      signal.throwIfAborted();
      if (cell === null) say(`${progress.share(waiting)} ${failures.at(-1) ?? ''}`);
      else {
        writeCell(cell);
        cells.push(cell);
        say(lineOf(cell, progress, waiting));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, waiting.length) }, runLane));
  return { cells, failures };
}

const nameOf = ({ fault, subject }: CellPlan): string => `${fault.name} x ${subject.name}`;

/** How far a matrix is. */
class Progress {
  private readonly total: number;
  private readonly allMs: number;

  constructor(
    plans: readonly CellPlan[],
    private readonly beganMs: number,
  ) {
    this.total = plans.length;
    this.allMs = estimatedMs(plans);
  }

  /** Which cell this is, of how many. */
  share(waiting: readonly CellPlan[]): string {
    return `${this.total - waiting.length}/${this.total}`;
  }

  /** What is left in milliseconds, if it goes on as fast as it went so far. */
  leftMs(waiting: readonly CellPlan[]): number {
    const waitingMs = estimatedMs(waiting);
    const passedMs = clock.monotonicMs() - this.beganMs;
    return waitingMs * (passedMs / Math.max(1, this.allMs - waitingMs));
  }
}

function lineOf(cell: FaultCell, progress: Progress, waiting: readonly CellPlan[]): string {
  const minutes = Math.ceil(progress.leftMs(waiting) / 60_000);
  const took = `${(cell.tookMs / 1_000).toFixed(0)} s`;
  const head =
    `${progress.share(waiting)} ${cell.fault} x ${cell.strategy}: ${outcomeOf(cell)} ` +
    `(${took}; about ${minutes} min left)`;
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
