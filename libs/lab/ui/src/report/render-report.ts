import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { runChartsOf } from '../charts/run-charts.js';
import type { ReportData } from './report-data.js';
import { ReportPage } from './report-page.js';

/** The same in every report. */
export interface ReportAssets {
  readonly script: string;
  /** The script's SHA-256 in base64: the page's policy lets only this script run. */
  readonly scriptHash: string;
  readonly styles: string;
}

/** Data as it may stand in a script element: nothing in it can end the element or begin another. */
const jsonFor = (data: unknown): string =>
  JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/**
 * A report as one HTML file. No request ever leaves it, which its policy makes the browser
 * guarantee. Text from outside is escaped by the components, or stands in JSON without `<`.
 */
export function renderReport(
  data: ReportData,
  { script, scriptHash, styles }: ReportAssets,
): string {
  const panels = data.timelines.flatMap((timeline, n) =>
    runChartsOf(`run-${n}`, timeline).map((panel, place) => ({
      ...panel,
      group: `run-${n}`,
      isWide: place === 0,
    })),
  );
  const policy = `default-src 'none'; script-src 'sha256-${scriptHash}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
  const title = `Coupon Race, ${data.result.environment.startedAt}`;
  return `<!doctype html>
<html lang="en" data-theme="auto" class="report">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${renderToString(h('title', {}, title))}
<style>${styles}</style>
</head>
<body>
${renderToString(h(ReportPage, { data }))}
<script type="application/json" id="result">${jsonFor(data.result)}</script>
<script type="application/json" id="charts">${jsonFor(panels)}</script>
<script>${script}</script>
</body>
</html>
`;
}
