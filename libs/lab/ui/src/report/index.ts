export { runChartsOf } from '../charts/run-charts.js';
export { runTimelineOf, type RunTimeline } from '../charts/run-timeline.js';
export { renderReport, type ReportAssets } from './render-report.js';
export { renderSequence } from './render-sequence.js';
export { traceSchema, type PublishedRun, type ReportData, type Trace } from './report-data.js';
