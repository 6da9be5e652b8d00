export { always, whereRedis, whereWorker, type Fault, type Healing } from './fault.js';
export { cellsFolder, readCell } from './cell-files.js';
export { runFaults } from './command.js';
export { faults } from './faults/index.js';
export { whyNoCell } from './plans.js';
export { predictionFor } from './predictions.js';
export type { ReportWriter } from './run-one.js';
export { subjects } from './subject.js';
