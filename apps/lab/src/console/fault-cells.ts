import { faults, readCell, subjects, whyNoCell } from '@coupon/faults';
import type { FaultCell, FaultMatrix, MatrixPlace, OpenedCell } from '@coupon/results';

/** The fault lab's cells in a folder such as `results/faults`, read each time: they change. */
export class FaultCells {
  constructor(private readonly folder: string) {}

  /** Every fault and strategy, with what was found where a cell was run. */
  matrix(): FaultMatrix {
    const found: FaultCell[] = [];
    const placeOf = (fault: Fault, subject: Subject): MatrixPlace => {
      const cell = readCell(fault.name, subject.name, this.folder);
      if (cell !== null) found.push(cell);
      return placeWith(cell, whyNoCell(fault, subject));
    };
    const rows = faults.map((fault) => ({
      ...described(fault),
      places: subjects.map((subject) => placeOf(fault, subject)),
    }));
    return {
      strategies: subjects.map(({ name }) => name),
      faults: rows,
      newestRevision: newestRevisionOf(found),
    };
  }

  /** One cell in full; null when there is no such fault or strategy. The names may be anything. */
  open(faultName: string, strategy: string): OpenedCell | null {
    const fault = faults.find(({ name }) => name === faultName);
    const subject = subjects.find(({ name }) => name === strategy);
    if (fault === undefined || subject === undefined) return null;
    return {
      fault: described(fault),
      strategy: subject.name,
      inapplicable: whyNoCell(fault, subject),
      cell: readCell(fault.name, subject.name, this.folder),
      newestRevision: this.matrix().newestRevision,
    };
  }
}

type Fault = (typeof faults)[number];
type Subject = (typeof subjects)[number];

const described = ({ name, title, kind }: Fault): OpenedCell['fault'] => ({ name, title, kind });

/** A cell that was run alone stays visible, also where the matrix has none. */
function placeWith(cell: FaultCell | null, whyNot: string | null): MatrixPlace {
  if (cell !== null)
    return {
      state: 'run',
      verdict: cell.prediction.verdict,
      deviations: cell.deviations.length,
      revision: cell.revision,
    };
  return whyNot === null ? { state: 'not-run' } : { state: 'inapplicable', reason: whyNot };
}

const newestRevisionOf = (cells: readonly FaultCell[]): string | null =>
  cells.reduce<FaultCell | null>(
    (newest, cell) => (newest === null || cell.startedAt > newest.startedAt ? cell : newest),
    null,
  )?.revision ?? null;
