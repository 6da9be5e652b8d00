import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Text } from '@coupon/charts';
import type { RaceResult } from '@coupon/results';
import { swimlaneStyles } from '@coupon/swimlanes';
import { build } from 'esbuild';
import { root } from '../run/paths.js';
import { originalSection } from './beside-original.js';
import { chartPanelsOf } from './charts.js';
import type { RunTimeline } from './run-timeline.js';
import { both, either, esc, jsonIn } from './html.js';
import {
  courseSection,
  environmentSection,
  tableSection,
  traceSection,
  verdictSection,
} from './sections.js';
import type { Trace } from './trace.js';

/** What a report is made of. */
export interface ReportData {
  readonly result: RaceResult;
  /** Of the first runs, in their order; the others have no charts. */
  readonly courses: readonly RunTimeline[];
  readonly traces: readonly Trace[];
}

/** What every report has in it; nothing of it depends on a race. */
export interface ReportParts {
  readonly script: string;
  readonly styles: string;
}

/** Builds the page's script and collects its styles: a third of a second, some 60 kB. */
export async function reportParts(): Promise<ReportParts> {
  const absWorkingDir = join(root, 'libs/lab/charts');
  const entryPoints = { page: './src/page.ts', chart: 'uplot/dist/uPlot.min.css' };
  const { outputFiles } = await build({
    absWorkingDir,
    entryPoints,
    outdir: 'unwritten',
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  const textOf = (end: string): string =>
    outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  const own = readFileSync(new URL('./page.css', import.meta.url), 'utf8');
  return {
    script: textOf('.js')
      .replace(/<\/script/gi, '<\\/script')
      .trim(),
    styles: `${textOf('.css')}${own}${swimlaneStyles}`,
  };
}

const title: Text = { en: 'Coupon Race: report', ko: '쿠폰 레이스: 보고서' };
const keys: Text = {
  en: 'Charts: move with the arrow keys, Home and End.',
  ko: '차트: 화살표 키, Home, End로 움직입니다.',
};

const buttons = (
  name: string,
  label: Text,
  choices: readonly (readonly [string, Text])[],
): string =>
  `<div role="group" aria-label="${either(label)}">${choices.map(([value, text]) => `<button type="button" data-${name}="${value}" aria-pressed="false">${both(text)}</button>`).join('')}</div>`;

/**
 * One HTML file with all in it: no request ever leaves it, which its policy makes the browser
 * guarantee (only this script, by its hash, may run). Everything from outside stands escaped in the
 * text, or as JSON in which `<` is written as its code.
 */
export function reportPage(
  { result, courses, traces }: ReportData,
  { script, styles }: ReportParts,
): string {
  const { runs, command, environment } = result;
  const plates = courses.map((course, n) => chartPanelsOf(`run-${n}`, course));
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
  const why: Text | null =
    runs.length === 0
      ? null
      : {
          en: 'No strategy of this race could be explored in the time there was.',
          ko: '주어진 시간에 탐색할 수 있는 전략이 없었습니다.',
        };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${esc(`Coupon Race, ${environment.startedAt}`)}</title>
<style>${styles.replace(/<\/style/gi, '<\\/style')}</style>
</head>
<body>
<header class="top"><div><h1>${both(title)}</h1><p>${esc(environment.startedAt.slice(0, 19).replace('T', ' '))} UTC · <code>${esc(command)}</code></p></div>
<div class="switches">${buttons('language', { en: 'Language', ko: '언어' }, [
    ['en', { en: 'English', ko: 'English' }],
    ['ko', { en: '한국어', ko: '한국어' }],
  ])}${buttons('theme', { en: 'Colours', ko: '색' }, [
    ['auto', { en: 'Auto', ko: '자동' }],
    ['light', { en: 'Light', ko: '밝게' }],
    ['dark', { en: 'Dark', ko: '어둡게' }],
  ])}</div></header>
<main>
${verdictSection(runs)}
${traceSection(traces, why)}
${courseSection(runs, plates, runs.length - courses.length)}
<p id="keys">${both(keys)}</p>
${tableSection(runs)}
${originalSection(runs)}
${environmentSection(command, environment)}
</main>
<script type="application/json" id="result">${jsonIn(result)}</script>
<script type="application/json" id="charts">${jsonIn(plates.flat().map(({ chart }) => chart))}</script>
<script>${script}</script>
</body>
</html>
`;
}
