import type { FaultCell, FaultVerdict } from '@coupon/results';
import type { ComponentChildren } from 'preact';
import { ChartKeys, ChartPanel } from '../charts/chart-panel.js';
import { faultChartOf } from '../charts/fault-charts.js';
import { duration, whole } from '../format.js';
import { messages } from '../messages/catalogue.js';
import { faultSentence } from '../messages/fault-catalogue.js';
import { Message } from '../preferences.js';
import { sameText, type Text } from '../text.js';
import { DataTable } from './data-table.js';
import { Evidence } from './evidence.js';

const { faultCell: texts, faultFigures: figures, faultMatrix, faultVerdicts } = messages;
const violationTexts: ReadonlyMap<string, Text> = new Map(Object.entries(messages.violations));
const outcomeTexts: ReadonlyMap<string, Text> = new Map(Object.entries(messages.outcomes));

/** The command that runs a cell. */
export const commandOf = (fault: string, strategy: string): string =>
  `npm run faults -- --fault ${fault} --strategy ${strategy}`;

/** What was predicted of a cell and why, what was found, and the command that repeats it. */
export function CellReport({ cell }: { cell: FaultCell }) {
  const { deviations, prediction } = cell;
  const isAsPredicted = deviations.length === 0;
  return (
    <>
      <div class="card prediction">
        <dl class="facts">
          <dt>
            <Message text={texts.predicted} />
          </dt>
          <dd>
            <Predicted prediction={prediction} />
          </dd>
          <dt>
            <Message text={texts.found} />
          </dt>
          <dd>
            <strong class={`found ${isAsPredicted ? 'yes' : 'no'}`}>
              <AsPredicted isSo={isAsPredicted} />
            </strong>
            {!isAsPredicted && (
              <ul>
                {deviations.map((deviation) => (
                  <li key={deviation}>{deviation}</li>
                ))}
              </ul>
            )}
          </dd>
        </dl>
      </div>
      <CellChart cell={cell} />
      <Part title={texts.measured}>
        <Figures cell={cell} />
      </Part>
      <Part title={texts.checked}>
        <Evidence findings={cell.violations} />
      </Part>
      <Part title={texts.answers}>
        <Answers cell={cell} />
      </Part>
      <Part title={texts.again}>
        <Command fault={cell.fault} strategy={cell.strategy} />
      </Part>
    </>
  );
}

/** A mark and words: the color is not all that tells. */
export const AsPredicted = ({ isSo }: { isSo: boolean }) => (
  <>
    <span aria-hidden="true">{isSo ? '✓ ' : '✗ '}</span>
    <Message text={isSo ? faultMatrix.asPredicted : faultMatrix.notAsPredicted} />
  </>
);

/** The command of a cell, to be copied. */
export const Command = ({ fault, strategy }: { fault: string; strategy: string }) => (
  <pre tabIndex={0}>
    <code>{commandOf(fault, strategy)}</code>
  </pre>
);

/** A verdict in its word, and what it says. */
export const Verdict = ({ verdict }: { verdict: FaultVerdict }) => (
  <>
    <b>
      <Message text={faultVerdicts[verdict].word} />
    </b>
    {': '}
    <Message text={faultVerdicts[verdict].meaning} />
  </>
);

function Predicted({ prediction: { verdict, reason, breaks } }: Pick<FaultCell, 'prediction'>) {
  return (
    <>
      <p>
        <Verdict verdict={verdict} />
      </p>
      <p>
        <span class="muted">
          <Message text={texts.because} />:
        </span>{' '}
        <Message text={faultSentence(reason)} />
      </p>
      {breaks.length > 0 && (
        <p>
          <span class="muted">
            <Message text={texts.anyOf} />:
          </span>{' '}
          {breaks.map((kind, n) => (
            <span key={kind}>
              {n > 0 && ', '}
              <Message text={violationTexts.get(kind) ?? sameText(kind)} />
            </span>
          ))}
        </p>
      )}
    </>
  );
}

/** The chart; a report on disk renders it again where its panel is. */
function CellChart({ cell }: { cell: FaultCell }) {
  const panel = faultChartOf(cell);
  return (
    <div class="cell-chart">
      <div data-panel={panel.chart.id}>
        <ChartPanel {...panel} group={panel.chart.id} isWide />
      </div>
      <ChartKeys />
    </div>
  );
}

const Part = ({ title, children }: { title: Text; children: ComponentChildren }) => (
  <section class="card">
    <h2>
      <Message text={title} />
    </h2>
    {children}
  </section>
);

function Figures({ cell }: { cell: FaultCell }) {
  const rows: readonly (readonly [Text, Text])[] = [
    [figures.grants, figures.grantsOf(cell.grants, cell.claims, cell.grantsDuringFault)],
    [figures.withoutSuccess, figures.ms(cell.withoutSuccessMs)],
    [figures.recovery, cell.recoveryMs === null ? figures.none : figures.ms(cell.recoveryMs)],
    [figures.unknown, cell.unknown.count === 0 ? figures.none : figures.unknownOf(cell.unknown)],
    [figures.pastDeadline, figures.pastDeadlineOf(cell.worstPastDeadlineMs, cell.generatorLagMs)],
    [figures.falselyReady, figures.ms(cell.falselyReadyMs)],
    ...cell.drains.map(({ tookMs, exitCode }, n): readonly [Text, Text] => [
      figures.drains(n + 1),
      figures.drain(tookMs, exitCode),
    ]),
    [
      figures.rows,
      figures.rowsOf({
        lost: cell.acknowledgedLost,
        over: cell.overIssued,
        updates: cell.lostUpdates,
        twice: cell.duplicateOrdinals,
      }),
    ],
    [figures.revision, sameText(cell.revision)],
    [figures.startedAt, sameText(`${cell.startedAt.slice(0, 19).replace('T', ' ')} UTC`)],
    [figures.took, sameText(duration(cell.tookMs))],
  ];
  return (
    <DataTable
      name="plain"
      label={texts.measured}
      rows={rows.map(([label, figure]) => [<Message text={label} />, <Message text={figure} />])}
    />
  );
}

function Answers({ cell: { answers } }: { cell: FaultCell }) {
  const rows = Object.entries(answers).sort(([, a], [, b]) => b - a);
  return (
    <DataTable
      name="answers"
      label={texts.answers}
      head={[texts.answer, texts.attempts]}
      rows={rows.map(([name, count]) => [<Message text={outcomeText(name)} />, whole(count)])}
    />
  );
}

/** `200`, `409 SOLD_OUT`, or `0 ECONNRESET` where no answer came. */
function outcomeText(name: string): Text {
  const [status = '', reason = status] = name.split(' ');
  const known = outcomeTexts.get(reason);
  if (known !== undefined) return known;
  const { en, ko } = messages.outcomes.NO_ANSWER;
  return status === '0' ? { en: `${en}: ${reason}`, ko: `${ko}: ${reason}` } : sameText(name);
}
