import { join } from 'node:path';
import type { FaultCell } from '@coupon/results';
import { ServiceError } from '@coupon/services';
import { runCell } from './cell.js';
import { cellsFolder, writeCell } from './cell-files.js';
import type { Fault } from './fault.js';
import { revision } from './revision.js';
import { build } from './rig.js';
import { openServers } from './servers.js';
import { storyOf } from './story.js';
import type { Subject } from './subject.js';

/** Makes a cell's report from the cell and its fault; resolves with the report's file. */
export type ReportWriter = (cell: FaultCell, fault: Fault) => Promise<string>;

/**
 * Runs one cell on servers of its own, prints its story and the files that it left. Resolves with
 * whether it was as predicted; rejects with ServiceError where the fault says nothing about the
 * strategy.
 */
export async function runOne(
  fault: Fault,
  subject: Subject,
  { writeReport, signal }: { writeReport: ReportWriter | null; signal: AbortSignal },
): Promise<boolean> {
  const applies = fault.applies(subject);
  if (applies !== true)
    throw new ServiceError(`${fault.name} says nothing about ${subject.name}: ${applies}`);
  const builds = await build();
  await using servers = await openServers();
  const cell = await runCell(fault, subject, {
    servers,
    builds,
    folder: join(cellsFolder, 'logs'),
    revision: await revision(),
    signal,
  });
  const files = [writeCell(cell)];
  if (writeReport !== null) files.push(await writeReport(cell, fault));
  process.stdout.write(`${storyOf(cell, fault.title)}\n\n${files.join('\n')}\n`);
  return cell.deviations.length === 0;
}
