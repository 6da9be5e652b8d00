import { runChartsOf } from '../charts/run-charts.js';
import { renderDocument, type ReportAssets } from './render-document.js';
import type { ReportData } from './report-data.js';
import { ReportPage } from './report-page.js';

/** The report of a race as one HTML file. */
export function renderReport(data: ReportData, assets: ReportAssets): string {
  const panels = data.timelines.flatMap((timeline, n) =>
    runChartsOf(`run-${n}`, timeline).map((panel, place) => ({
      ...panel,
      group: `run-${n}`,
      isWide: place === 0,
    })),
  );
  return renderDocument(
    {
      title: `Coupon Race, ${data.result.environment.startedAt}`,
      body: <ReportPage data={data} />,
      result: data.result,
      panels,
    },
    assets,
  );
}
