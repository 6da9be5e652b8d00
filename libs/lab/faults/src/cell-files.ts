import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultCellSchema, type FaultCell } from '@coupon/results';

/** The folder of cells and of their processes' logs, ignored by git. */
export const cellsFolder = fileURLToPath(new URL('../../../../results/faults', import.meta.url));

const fileOf = (fault: string, strategy: string): string =>
  join(cellsFolder, `${fault}.${strategy}.json`);

/** Writes a cell, and returns its file. */
export function writeCell(cell: FaultCell): string {
  const file = fileOf(cell.fault, cell.strategy);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(faultCellSchema.parse(cell), null, 2)}\n`);
  return file;
}

/** The cell as it was written last; null where there is none that can be read. */
export function readCell(fault: string, strategy: string): FaultCell | null {
  const file = fileOf(fault, strategy);
  if (!existsSync(file)) return null;
  try {
    return faultCellSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null; // written by another version, or half
  }
}
