import {
  expectedRemaining,
  runFiguresOf,
  runNameOf,
  shareOf,
  type RunResult,
} from '@coupon/results';
import { DataTable } from '../components/data-table.js';
import { duration, percent, whole } from '../format.js';
import { messages } from '../messages/catalogue.js';
import { Message } from '../preferences.js';
import type { Text } from '../text.js';
import type { PublishedRun, ReportData } from './report-data.js';
import { Section } from './sections.js';

const { figureLabels: labels, original: texts } = messages;

/** The figures of one line, of the original experiment or of this race. */
type Line = Omit<PublishedRun, 'total'> & {
  readonly name: string;
  readonly load: string;
  readonly expectedRemaining: number;
};

const publishedLine =
  (load: string, isOnly: boolean) =>
  ({ total, ...figures }: PublishedRun, n: number): Line => ({
    ...figures,
    name: isOnly ? 'original' : `original ${n + 1}`,
    load,
    expectedRemaining: expectedRemaining(total, figures.granted),
  });

function lineOf(run: RunResult): Line {
  const figures = runFiguresOf(run);
  const { avg, med, p90, p95, max } = figures.latencyMs;
  return {
    name: runNameOf(run),
    load: run.profile,
    requests: figures.requests,
    granted: figures.granted,
    failed: figures.failed,
    ratePerS: figures.ratePerS,
    avgMs: avg,
    medMs: med,
    p90Ms: p90,
    p95Ms: p95,
    maxMs: max,
    expectedRemaining: figures.expectedRemaining,
    remaining: figures.remaining,
  };
}

const head: readonly Text[] = [
  labels.run,
  labels.load,
  labels.requests,
  labels.granted,
  labels.failed,
  labels.success,
  labels.ratePerS,
  labels.avg,
  labels.med,
  labels.p90,
  labels.p95,
  labels.max,
  labels.expectedRemaining,
  labels.remaining,
  texts.lost,
];

function cellsOf(line: Line): readonly string[] {
  const lost = line.remaining - line.expectedRemaining;
  return [
    line.name,
    line.load,
    whole(line.requests),
    whole(line.granted),
    whole(line.failed),
    percent(shareOf(line.granted, line.granted + line.failed)),
    line.ratePerS.toFixed(1),
    ...[line.avgMs, line.medMs, line.p90Ms, line.p95Ms, line.maxMs].map(duration),
    whole(line.expectedRemaining),
    whole(line.remaining),
    `${whole(lost)} (${percent(shareOf(lost, line.granted))})`,
  ];
}

/** Published runs with this race's beneath: broken with broken, sound with sound. */
function Beside({
  label,
  published,
  runs,
}: {
  label: Text;
  published: readonly Line[];
  runs: readonly RunResult[];
}) {
  if (runs.length === 0) return null;
  return (
    <DataTable
      hasCaption
      name={`original published-${published.length}`}
      label={label}
      head={head}
      rows={[...published, ...runs.map(lineOf)].map(cellsOf)}
    />
  );
}

/** The original's own table with this race's runs beneath. */
export function OriginalSection({
  runs,
  original: { broken, fixed },
}: {
  runs: readonly RunResult[];
  original: ReportData['original'];
}) {
  return (
    <Section id="original" title={texts.title}>
      <p>
        <Message text={texts.about} />
      </p>
      <Beside
        label={texts.broken}
        published={broken.map(publishedLine('original-broken', true))}
        runs={runs.filter((run) => !run.verdict.sound)}
      />
      <Beside
        label={texts.fixed}
        published={fixed.map(publishedLine('original-fixed', false))}
        runs={runs.filter((run) => run.verdict.sound)}
      />
    </Section>
  );
}
