import { h, type VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { GroupedPanel } from './grouped-panel.js';

/** The same in every report. */
export interface ReportAssets {
  readonly script: string;
  /** The script's SHA-256 in base64: the page's policy lets only this script run. */
  readonly scriptHash: string;
  readonly styles: string;
}

/** What differs between reports. */
export interface ReportContent {
  readonly title: string;
  readonly body: VNode;
  /** What the report was made from; it stands in the file as JSON. */
  readonly result: unknown;
  /** The charts of the body, drawn where its `data-panel` has their id. */
  readonly panels: readonly GroupedPanel[];
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
export function renderDocument(
  { title, body, result, panels }: ReportContent,
  { script, scriptHash, styles }: ReportAssets,
): string {
  const policy =
    `default-src 'none'; script-src 'sha256-${scriptHash}'; style-src 'unsafe-inline'; ` +
    `img-src data:; base-uri 'none'; form-action 'none'`;
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
${renderToString(body)}
<script type="application/json" id="result">${jsonFor(result)}</script>
<script type="application/json" id="charts">${jsonFor(panels)}</script>
<script>${script}</script>
</body>
</html>
`;
}
