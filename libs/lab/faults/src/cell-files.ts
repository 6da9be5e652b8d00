import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultCellSchema, type FaultCell } from '@coupon/results';

/** The folder of cells and of their processes' logs, ignored by git. */
export const cellsFolder = fileURLToPath(new URL('../../../../results/faults', import.meta.url));

const fileOf = (fault: string, strategy: string, folder: string): string =>
  join(folder, `${fault}.${strategy}.json`);

/** Writes a cell, and returns its file. */
export function writeCell(cell: FaultCell): string {
  const file = fileOf(cell.fault, cell.strategy, cellsFolder);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(faultCellSchema.parse(cell), null, 2)}\n`);
  return file;
}

/**
 * The cell as it was written last; null where there is none that can be read, or only a link. The
 * names are those of a fault and of a subject: they become part of a path.
 */
export function readCell(
  fault: string,
  strategy: string,
  folder: string = cellsFolder,
): FaultCell | null {
  const file = fileOf(fault, strategy, folder);
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true) return null;
  try {
    return faultCellSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null; // written by another version, or half
  }
}
