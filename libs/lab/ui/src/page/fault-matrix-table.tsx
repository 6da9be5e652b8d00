import { faultVerdicts, type MatrixPlace } from '@coupon/results';
import { DataTable } from '../components/data-table.js';
import { messages } from '../messages/catalogue.js';
import { faultSentence } from '../messages/fault-catalogue.js';
import { useText } from '../preferences.js';
import type { ShownMatrix } from './matrix-filter.js';
import { hrefTo } from './route.js';

const { faultMatrix: texts, faultVerdicts: verdicts } = messages;

/** The shown part of the matrix: a row for each fault, a column for each strategy. */
export function FaultMatrixTable({
  matrix: { strategies, faults },
  newestRevision,
}: {
  matrix: ShownMatrix;
  newestRevision: string;
}) {
  const text = useText();
  if (faults.length === 0 || strategies.length === 0) return <p>{text(texts.nothingLeft)}</p>;
  return (
    <DataTable
      name="fault-matrix"
      label={texts.heading}
      head={[texts.fault, ...strategies]}
      rows={faults.map((fault) => [
        <>
          {fault.name}
          <small title={text(faultSentence(fault.title))}>{text(faultSentence(fault.title))}</small>
        </>,
        ...fault.places.map((place, n) => (
          <Place
            place={place}
            href={hrefTo('faults', fault.name, strategies[n] ?? '')}
            isOlder={place.state === 'run' && place.revision !== newestRevision}
          />
        )),
      ])}
    />
  );
}

/** A cell, which leads to its report. */
function Place({ place, href, isOlder }: { place: MatrixPlace; href: string; isOlder: boolean }) {
  const text = useText();
  switch (place.state) {
    case 'inapplicable':
      return (
        <span class="place none" title={text(faultSentence(place.reason))}>
          <span aria-hidden="true">–</span>
          <span class="unseen">{text(faultSentence(place.reason))}</span>
        </span>
      );
    case 'not-run':
      return (
        <a class="place not-run" href={href}>
          {text(texts.notRun)}
        </a>
      );
    case 'run': {
      const isAsPredicted = place.deviations === 0;
      return (
        <a class={`place ${isAsPredicted ? place.verdict : 'differs'}`} href={href}>
          <span aria-hidden="true">{isAsPredicted ? '✓ ' : '✗ '}</span>
          {text(verdicts[place.verdict].word)}
          <span class="unseen">
            {' '}
            ({text(isAsPredicted ? texts.asPredicted : texts.notAsPredicted)})
          </span>
          {isOlder && <small>{text(texts.older)}</small>}
        </a>
      );
    }
  }
}

/** What marks and words of the matrix say. */
export function MatrixLegend({ newestRevision }: { newestRevision: string }) {
  const text = useText();
  const notes = [
    ['✓', text(texts.asPredicted)],
    ['✗', text(texts.notAsPredicted)],
    ['–', text(texts.inapplicable)],
    [text(texts.older), text(texts.olderMeaning(newestRevision))],
    ...faultVerdicts.map((verdict) => [
      text(verdicts[verdict].word),
      text(verdicts[verdict].meaning),
    ]),
  ] as const;
  return (
    <dl class="matrix-legend">
      {notes.map(([mark, meaning]) => (
        <div key={mark}>
          <dt>{mark}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
