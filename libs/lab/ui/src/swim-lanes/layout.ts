import type { Schedule } from '@coupon/results';
import type { Language } from '../text.js';
import { momentsOf, type Moment, type Tone } from './moments.js';

/** All lengths are the picture's own units; a page scales them. */
export const size = {
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

/** Where the lanes are: half of the clients on each side of the coupon's row. */
export interface Lanes {
  readonly width: number;
  /** The middle of a client's lane. */
  readonly middleOf: (client: number) => number;
  readonly rowMiddle: number;
}

/** The lanes of so many clients. */
export function lanesFor(clients: number): Lanes {
  const before = Math.ceil(clients / 2);
  const rowLeft = size.time + before * (size.lane + size.gap);
  const leftOf = (client: number) =>
    client < before
      ? size.time + client * (size.lane + size.gap)
      : rowLeft + size.row + size.gap + (client - before) * (size.lane + size.gap);
  return {
    width: size.time + clients * (size.lane + size.gap) + size.row + size.edge,
    middleOf: (client) => leftOf(client) + size.lane / 2,
    rowMiddle: rowLeft + size.row / 2,
  };
}

interface PlacedLine {
  readonly text: string;
  readonly tone: Tone;
}

/**
 * Breaks a line that is wider than a box, at spaces where it can. Hangul is about twice as wide as
 * other letters.
 */
function wrapped({ text, tone }: PlacedLine): readonly PlacedLine[] {
  const widthOf = (part: string) =>
    part.length + 0.7 * (part.match(/[\u1100-\uffff]/g)?.length ?? 0);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${word}`) <= size.chars)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word.slice(0, 200));
  }
  return lines.map((line) => ({ text: line, tone }));
}

/** A moment with its place in the picture. */
export interface Placed {
  readonly moment: Moment;
  readonly lines: readonly PlacedLine[];
  readonly top: number;
  readonly height: number;
}

/** All moments one below the other; with where the last one ends. */
export function placedMoments(schedule: Schedule, language: Language): [readonly Placed[], number] {
  const placed: Placed[] = [];
  let top: number = size.head;
  for (const moment of momentsOf(schedule)) {
    const lines = moment.lines.flatMap(({ text, tone }) => wrapped({ text: text[language], tone }));
    const height = 2 * size.pad + lines.length * size.line - 2;
    placed.push({ moment, lines, top, height });
    top += height + size.between;
  }
  return [placed, top];
}
