import { lostIn, rowValuesOf } from './marks.js';
import { momentsOf, type Line, type Moment } from './moments.js';
import type { Schedule } from '@coupon/results';
import { letterOf, words, type Language } from './words.js';

/** How a picture is made. */
export interface DrawSettings {
  readonly language: Language;
  /**
   * Moments that are over; those to come are drawn faint, for a reader who goes step by step. All,
   * unless given.
   */
  readonly moments?: number;
}

/** All lengths are the picture's own units; a page scales them. */
const size = {
  time: 52,
  lane: 218,
  row: 112,
  gap: 14,
  head: 44,
  line: 16,
  pad: 8,
  between: 9,
  foot: 62,
  edge: 4,
  chars: 28,
} as const;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Text as it may stand in XML, in an attribute too. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => escapes[letter] ?? '');

/** Where the lanes stand: half of the clients on each side of the coupon's row. */
interface Lanes {
  readonly width: number;
  /** The middle of a client's lane. */
  readonly middleOf: (client: number) => number;
  readonly rowMiddle: number;
}

function lanesFor(clients: number): Lanes {
  const before = Math.ceil(clients / 2);
  const rowLeft = size.time + before * (size.lane + size.gap);
  const leftOf = (client: number) =>
    client < before
      ? size.time + client * (size.lane + size.gap)
      : rowLeft + size.row + size.gap + (client - before) * (size.lane + size.gap);
  const width = size.time + clients * (size.lane + size.gap) + size.row + size.edge;
  return {
    width,
    middleOf: (client) => leftOf(client) + size.lane / 2,
    rowMiddle: rowLeft + size.row / 2,
  };
}

/**
 * Breaks a line that is wider than a box, at spaces where it can. Hangul is about twice as wide as
 * other letters.
 */
function wrapped({ text, tone }: Line): readonly Line[] {
  const widthOf = (part: string) =>
    [...part].reduce((sum, letter) => sum + (letter > 'ᄀ' ? 1.7 : 1), 0);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${word}`) <= size.chars)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word.slice(0, 200));
  }
  return lines.map((line) => ({ text: line, tone }));
}

interface Placed {
  readonly moment: Moment;
  readonly lines: readonly Line[];
  readonly top: number;
  readonly height: number;
}

const text = (x: number, y: number, className: string, words: string, anchor = 'middle'): string =>
  `<text x="${x}" y="${y}" class="${className}" text-anchor="${anchor}">${escaped(words)}</text>`;
const path = (
  from: readonly [number, number],
  to: readonly [number, number],
  className: string,
): string => `<path d="M${from.join(' ')}L${to.join(' ')}" class="${className}"/>`;

/** An arrow with its own head: a marker would need an id, and pictures share a page. */
function arrow(fromX: number, toX: number, y: number, className: string): string {
  const back = toX + (toX > fromX ? -6 : 6);
  return `${path([fromX, y], [toX, y], className)}<path d="M${toX} ${y}L${back} ${y - 4}L${back} ${y + 4}Z" class="${className} tip"/>`;
}

/** `untrue`: what this moment makes the row show is not what the rows say. */
function boxOf(
  { moment, lines, top, height }: Placed,
  { middleOf, rowMiddle }: Lanes,
  untrue: boolean,
): string {
  const middle = middleOf(moment.client);
  const left = middle - size.lane / 2;
  const near = middle < rowMiddle ? left + size.lane : left;
  const rowNear = rowMiddle + (middle < rowMiddle ? -1 : 1) * 32;
  const y = top + size.pad + size.line / 2;
  const bad = moment.bad ? ' bad' : '';
  const parts = [
    text(size.time - 8, top + 18, 'time', moment.atMs.toFixed(1), 'end'),
    `<rect x="${left}" y="${top}" width="${size.lane}" height="${height}" rx="6" class="box client-${moment.client % 4} ${moment.kind}${bad}"/>`,
    ...lines.map((line, n) =>
      text(left + 10, top + size.pad + 11 + n * size.line, line.tone, line.text, 'start'),
    ),
  ];
  if (moment.row === 'read') parts.push(arrow(rowNear, near, y, `arrow read${bad}`));
  if (moment.row === 'write') parts.push(arrow(near, rowNear, y, `arrow write${bad}`));
  if (moment.row === 'show')
    parts.push(
      arrow(near, rowNear, y, `arrow show`),
      pill(rowMiddle, y, moment.value === null ? '?' : String(moment.value), untrue),
    );
  return parts.join('');
}

const pill = (x: number, y: number, value: string, bad = false): string =>
  `<rect x="${x - 24}" y="${y - 13}" width="48" height="26" rx="13" class="pill${bad ? ' bad' : ''}"/>${text(x, y + 5, 'figure', value)}`;

/** The way from a statement that waits to its answer. */
function waitOf(placed: readonly Placed[], { middleOf }: Lanes): string {
  return placed
    .flatMap(({ moment, top, height }) => {
      const answer =
        moment.kind === 'sent'
          ? placed.find(
              (other) => other.moment.step === moment.step && other.moment.kind === 'answered',
            )
          : undefined;
      if (answer === undefined) return [];
      const x = middleOf(moment.client);
      return [
        `<rect x="${x - 5}" y="${top + height}" width="10" height="${answer.top - top - height}" class="waiting"/>`,
      ];
    })
    .join('');
}

/**
 * Draws a schedule as one `<svg>`: a lane for each client, the coupon's row between them, time from
 * top to bottom; lock waits, stale reads and overwritten values are marked. Colours come from
 * {@link swimlaneStyles}. All text is escaped.
 */
export function drawSwimlanes(
  schedule: Schedule,
  { language, moments: over = Infinity }: DrawSettings,
): string {
  const say = words[language];
  const lanes = lanesFor(schedule.told.length);
  const clients = schedule.told.map((_, client) => client);
  const placed: Placed[] = [];
  let top: number = size.head;
  for (const moment of momentsOf(schedule, language)) {
    const lines = moment.lines.flatMap(wrapped);
    const height = 2 * size.pad + lines.length * size.line - 2;
    placed.push({ moment, lines, top, height });
    top += height + size.between;
  }
  const height = top + size.foot;
  const lost = lostIn(schedule);
  const due = lost === null ? null : schedule.remaining - lost;
  const lastShown = placed.findLast(({ moment }) => moment.row === 'show')?.moment;
  const title = escaped(say.title(schedule));
  const rowTop = size.head - 8;
  const parts = [
    `<svg class="swimlanes" viewBox="0 0 ${lanes.width} ${height}" role="img" lang="${language}" aria-label="${title}" xmlns="http://www.w3.org/2000/svg"><title>${title}</title>`,
    ...clients.map((client) =>
      text(lanes.middleOf(client), 20, `head client-${client % 4}`, say.client(letterOf(client))),
    ),
    text(lanes.rowMiddle, 20, 'head', say.row),
    ...clients.map((client) =>
      path([lanes.middleOf(client), size.head], [lanes.middleOf(client), top], 'lane'),
    ),
    `<rect x="${lanes.rowMiddle - 32}" y="${rowTop}" width="64" height="${top - rowTop}" rx="8" class="row"/>`,
    pill(lanes.rowMiddle, size.head + 8, String(rowValuesOf(schedule)[0]?.value ?? '?')),
    waitOf(placed, lanes),
    ...placed.map(
      (one, n) =>
        `<g class="moment${n < over ? '' : ' later'}${n === over - 1 ? ' now' : ''}">${boxOf(one, lanes, one.moment === lastShown && lost !== null && lost !== 0)}</g>`,
    ),
    `<g class="end${placed.length <= over ? '' : ' later'}">`,
    ...schedule.told.map((told, client) =>
      text(lanes.middleOf(client), top + 20, 'told', say.told(told)),
    ),
    text(
      lanes.rowMiddle,
      top + 20,
      lost === 0 ? 'told' : 'told wrong',
      say.inTheEnd(schedule.remaining, due),
    ),
    ...(lost === 0 ? [text(lanes.rowMiddle, top + 40, 'told', say.nothingLost)] : []),
    '</g></svg>',
  ];
  return parts.join('');
}
