import { faultKinds, type FaultMatrix } from '@coupon/results';
import { useState } from 'preact/hooks';
import { Command } from '../components/cell-report.js';
import { Fault } from '../components/fault.js';
import { messages } from '../messages/catalogue.js';
import { useText } from '../preferences.js';
import { FaultMatrixTable, MatrixLegend } from './fault-matrix-table.js';
import { faultMatrix } from './lab.js';
import { everything, filtered, totalsOf, type MatrixFilter } from './matrix-filter.js';
import { OpenedCellView } from './opened-cell.js';
import { useQuery } from './queries.js';

const { faultMatrix: texts } = messages;

/** The fault lab: its matrix, or one cell (`#/faults/<fault>/<strategy>`). */
export function FaultsView({ parts: [fault, strategy] }: { parts: readonly string[] }) {
  // Kept here, so that the way back from a cell leads to the same part of the matrix.
  const [filter, setFilter] = useState(everything);
  return fault !== undefined && strategy !== undefined ? (
    <OpenedCellView fault={fault} strategy={strategy} />
  ) : (
    <Matrix filter={filter} setFilter={setFilter} />
  );
}

interface FilterProps {
  readonly filter: MatrixFilter;
  readonly setFilter: (filter: MatrixFilter) => void;
}

function Matrix({ filter, setFilter }: FilterProps) {
  const text = useText();
  const { value: matrix, fault } = useQuery(faultMatrix, 'matrix');
  return (
    <section class="faults">
      <h1>{text(texts.heading)}</h1>
      <p class="lead">{text(texts.lead)}</p>
      <Fault message={fault} />
      {matrix !== undefined &&
        (matrix.newestRevision === null ? (
          <Nothing matrix={matrix} />
        ) : (
          <>
            <p>{text(texts.summary(totalsOf(matrix)))}</p>
            <Filters matrix={matrix} filter={filter} setFilter={setFilter} />
            <MatrixLegend newestRevision={matrix.newestRevision} />
            <FaultMatrixTable
              matrix={filtered(matrix, filter)}
              newestRevision={matrix.newestRevision}
            />
          </>
        ))}
    </section>
  );
}

/** Says how the matrix is filled. */
function Nothing({ matrix: { faults, strategies } }: { matrix: FaultMatrix }) {
  const text = useText();
  const [fault] = faults;
  const column = fault?.places.findIndex(({ state }) => state === 'not-run') ?? -1;
  const strategy = strategies[column];
  return (
    <div class="card">
      <p>{text(texts.empty)}</p>
      <pre tabIndex={0}>
        <code>npm run faults</code>
      </pre>
      {fault !== undefined && strategy !== undefined && (
        <Command fault={fault.name} strategy={strategy} />
      )}
    </div>
  );
}

function Filters({ matrix, filter, setFilter }: FilterProps & { readonly matrix: FaultMatrix }) {
  const text = useText();
  const { strategies, faults } = matrix;
  const kinds = faultKinds.filter((kind) => faults.some((fault) => fault.kind === kind));
  return (
    <div class="pick">
      <label>
        {text(texts.strategy)}
        <select
          value={filter.strategy ?? ''}
          onChange={({ currentTarget: { value } }) =>
            setFilter({ ...filter, strategy: value === '' ? null : value })
          }
        >
          <option value="">{text(texts.all)}</option>
          {strategies.map((strategy) => (
            <option key={strategy}>{strategy}</option>
          ))}
        </select>
      </label>
      <label>
        {text(texts.kind)}
        <select
          value={filter.kind ?? ''}
          onChange={({ currentTarget: { value } }) =>
            setFilter({ ...filter, kind: kinds.find((kind) => kind === value) ?? null })
          }
        >
          <option value="">{text(texts.all)}</option>
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {text(messages.faultKinds[kind])}
            </option>
          ))}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={filter.onlyDeviations}
          onChange={({ currentTarget: { checked } }) =>
            setFilter({ ...filter, onlyDeviations: checked })
          }
        />
        {text(texts.onlyDeviations)}
      </label>
    </div>
  );
}
