import type { FaultCell } from '@coupon/results';
import { faultChartOf } from '../charts/fault-charts.js';
import { CellReport } from '../components/cell-report.js';
import { messages } from '../messages/catalogue.js';
import { faultSentence } from '../messages/fault-catalogue.js';
import { bilingual, Message, PreferencesContext } from '../preferences.js';
import { renderDocument, type ReportAssets } from './render-document.js';
import { Switches } from './switches.js';

/** The report of a cell of the fault lab as one HTML file; `title` says what the fault does. */
export function renderCellReport(cell: FaultCell, title: string, assets: ReportAssets): string {
  const panel = faultChartOf(cell);
  return renderDocument(
    {
      title: `Coupon Race, ${cell.fault} x ${cell.strategy}`,
      body: <CellReportPage cell={cell} title={title} />,
      result: cell,
      panels: [{ ...panel, group: panel.chart.id, isWide: true }],
    },
    assets,
  );
}

/** The body: both languages, of which the stylesheet shows one. */
const CellReportPage = ({ cell, title }: { cell: FaultCell; title: string }) => (
  <PreferencesContext.Provider value={bilingual}>
    <header class="report-top">
      <div>
        <h1>
          <Message text={messages.faultCell.title} />: {cell.fault} × {cell.strategy}
        </h1>
        <p>
          <Message text={faultSentence(title)} />
        </p>
      </div>
      <div class="switches" id="switches">
        <Switches />
      </div>
    </header>
    <main class="opened-cell">
      <CellReport cell={cell} />
    </main>
  </PreferencesContext.Provider>
);
