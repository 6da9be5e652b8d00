import type { OpenedCell } from '@coupon/results';
import { CellReport, Command } from '../components/cell-report.js';
import { Fault } from '../components/fault.js';
import { messages } from '../messages/catalogue.js';
import { faultSentence } from '../messages/fault-catalogue.js';
import { useText } from '../preferences.js';
import { openedCell } from './lab.js';
import { useQuery } from './queries.js';
import { hrefTo } from './route.js';

const { faultCell: texts, faultMatrix } = messages;

/** One strategy under one fault: what came of it, or how to run it. */
export function OpenedCellView({ fault: name, strategy }: { fault: string; strategy: string }) {
  const text = useText();
  const { value: opened, fault } = useQuery(
    () => openedCell(name, strategy),
    `${name} ${strategy}`,
  );
  return (
    <section class="opened-cell">
      <p>
        <a href={hrefTo('faults')}>← {text(texts.back)}</a>
      </p>
      <Fault message={fault} />
      {opened !== undefined && (
        <>
          <h1>
            {opened.fault.name} × {opened.strategy}
          </h1>
          <p class="lead">
            {text(messages.faultKinds[opened.fault.kind])} ·{' '}
            {text(faultSentence(opened.fault.title))}
          </p>
          <Content opened={opened} />
        </>
      )}
    </section>
  );
}

function Content({
  opened: { fault, strategy, cell, inapplicable, newestRevision },
}: {
  opened: OpenedCell;
}) {
  const text = useText();
  if (cell !== null)
    return (
      <>
        {newestRevision !== null && cell.revision !== newestRevision && (
          <p class="older">
            {text(faultMatrix.older)}: {text(faultMatrix.olderMeaning(newestRevision))}
          </p>
        )}
        <CellReport cell={cell} />
      </>
    );
  if (inapplicable !== null) {
    const reason = faultSentence(inapplicable);
    return <p>{text({ en: texts.noCell(reason.en).en, ko: texts.noCell(reason.ko).ko })}</p>;
  }
  return (
    <div class="card">
      <p>{text(texts.never)}</p>
      <h2>{text(texts.run)}</h2>
      <Command fault={fault.name} strategy={strategy} />
    </div>
  );
}
