export { runChartsOf } from '../charts/run-charts.js';
export { runTimelineOf, type RunTimeline } from '../charts/run-timeline.js';
export { renderCellReport } from './render-cell-report.js';
export type { ReportAssets } from './render-document.js';
export { renderReport } from './render-report.js';
export { renderSequence } from './render-sequence.js';
export { traceSchema, type PublishedRun, type ReportData, type Trace } from './report-data.js';
