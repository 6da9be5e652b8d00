/** `npm run faults`: the fault lab; a cell that is run alone gets a report of its own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cellsFolder, runFaults } from '@coupon/faults';
import { renderCellReport } from '@coupon/ui/report';
import { buildReportAssets } from './report/report-assets.js';

process.exitCode = await runFaults(async (cell, { title }) => {
  const file = join(cellsFolder, `${cell.fault}.${cell.strategy}.html`);
  writeFileSync(file, renderCellReport(cell, title, await buildReportAssets()));
  return file;
});
