import type { ComponentChildren } from 'preact';
import { Message, useText } from '../preferences.js';
import type { Text } from '../text.js';

/**
 * A table that scrolls sideways within itself. The first cell of a row is its head; `label` names
 * the table, as its caption where `hasCaption`.
 */
export function DataTable({
  label,
  head,
  rows,
  hasCaption = false,
  name = '',
}: {
  label: Text;
  head?: readonly (Text | string)[];
  rows: readonly (readonly ComponentChildren[])[];
  hasCaption?: boolean;
  name?: string;
}) {
  const text = useText();
  return (
    <div class="scroll" role="region" tabIndex={0} aria-label={text(label)}>
      <table class={name}>
        {hasCaption && (
          <caption>
            <Message text={label} />
          </caption>
        )}
        {head !== undefined && (
          <thead>
            <tr>
              {head.map((cell, n) => (
                <th key={n} scope="col">
                  {typeof cell === 'string' ? cell : <Message text={cell} />}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map(([first, ...cells], n) => (
            <tr key={n}>
              <th scope="row">{first}</th>
              {cells.map((cell, m) => (
                <td key={m}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
