import type { Text } from '@coupon/charts';
import { escaped } from '@coupon/swimlanes';

/** Text of any origin as it may stand in HTML, in an attribute too. */
export const esc = escaped;

/** A text in both languages; the page shows the one it is set to. */
export const both = ({ en, ko }: Text): string =>
  en === ko ? esc(en) : `<span lang="en">${esc(en)}</span><span lang="ko">${esc(ko)}</span>`;

/** Both languages where only plain text can stand. */
export const either = ({ en, ko }: Text): string => esc(en === ko ? en : `${en} / ${ko}`);

/**
 * Rows of cells, the first of each its head; the first row is the table's head. All cells are HTML
 * already.
 */
export function table(
  caption: Text,
  [head = [], ...rows]: readonly (readonly string[])[],
  className = '',
): string {
  const headCells = head.map((cell) => `<th scope="col">${cell}</th>`).join('');
  const body = rows
    .map(
      ([first = '', ...cells]) =>
        `<tr><th scope="row">${first}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
    )
    .join('');
  return `<div class="scroll" role="region" tabindex="0" aria-label="${either(caption)}"><table class="${className}"><caption>${both(caption)}</caption><thead><tr>${headCells}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** Data as it may stand in a script element: nothing in it can end the element or begin another. */
export const jsonIn = (data: unknown): string =>
  JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
