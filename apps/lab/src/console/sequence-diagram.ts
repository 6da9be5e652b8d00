/**
 * One line of a diagram: who says what to whom, a note over some, or where something begins and
 * ends that is done over and over.
 */
type Line =
  | {
      readonly kind: 'message';
      readonly from: number;
      readonly to: number;
      readonly answer: boolean;
      readonly words: readonly string[];
    }
  | {
      readonly kind: 'note';
      readonly from: number;
      readonly to: number;
      readonly words: readonly string[];
    }
  | { readonly kind: 'loop'; readonly words: readonly string[] }
  | { readonly kind: 'end'; readonly words: readonly string[] };

/** All lengths are the picture's own units; the page scales them. */
const size = {
  lane: 230,
  head: 46,
  line: 17,
  gap: 16,
  edge: 20,
  chars: 32,
  noteChars: 60,
} as const;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (letter) => escapes[letter] ?? '');

/** Breaks words where a line gets longer than `chars`, and where the source says so. */
function wrapped(text: string, chars: number): readonly string[] {
  return text.split(/<br\s*\/?>/).flatMap((part) => {
    const lines: string[] = [];
    for (const word of part.trim().split(/\s+/)) {
      const last = lines.at(-1);
      if (last !== undefined && last.length + word.length < chars)
        lines[lines.length - 1] = `${last} ${word}`;
      else lines.push(word);
    }
    return lines;
  });
}

/** Whoever is named, in the order of the first time. */
class Cast {
  readonly names: string[] = [];
  private readonly keys: string[] = [];

  /** Where a participant stands; a new one stands at the end. */
  placeOf(key: string, name = key): number {
    const known = this.keys.indexOf(key);
    if (known !== -1) return known;
    this.keys.push(key);
    return this.names.push(name) - 1;
  }
}

/** Reads one line; undefined: it is not of the part of mermaid that is known here. */
function lineOf(text: string, cast: Cast): Line | null | undefined {
  const participant = /^(?:participant|actor) (\w+)(?: as (.+))?$/.exec(text);
  if (participant !== null) {
    cast.placeOf(participant[1] ?? '', participant[2]);
    return null;
  }
  const message = /^(\w+)(-->>|->>)(\w+): (.+)$/.exec(text);
  if (message !== null) {
    const [, from = '', arrow, to = '', words = ''] = message;
    return {
      kind: 'message',
      from: cast.placeOf(from),
      to: cast.placeOf(to),
      answer: arrow === '-->>',
      words: wrapped(words, size.chars),
    };
  }
  const loop = /^loop (.+)$/.exec(text);
  if (loop !== null) return { kind: 'loop', words: [`↻ ${loop[1] ?? ''}`] };
  if (text === 'end') return { kind: 'end', words: [] };
  const note = /^Note over (\w+)(?:, ?(\w+))?: (.+)$/.exec(text);
  if (note === null) return undefined;
  const [, from = '', to = from, words = ''] = note;
  const [one, other] = [cast.placeOf(from), cast.placeOf(to)];
  return {
    kind: 'note',
    from: Math.min(one, other),
    to: Math.max(one, other),
    words: wrapped(words, one === other ? size.chars : size.noteChars),
  };
}

const middleOf = (place: number): number => size.edge + (place + 0.5) * size.lane;

const text = (x: number, y: number, className: string, words: string): string =>
  `<text x="${x}" y="${y}" text-anchor="middle" class="${className}">${escaped(words)}</text>`;
const block = (x: number, top: number, words: readonly string[]): string =>
  words.map((line, n) => text(x, top + size.line * (n + 1) - 4, 'words', line)).join('');

function drawn(line: Exclude<Line, { kind: 'loop' | 'end' }>, top: number): string {
  const height = line.words.length * size.line;
  const [a, b] = [middleOf(line.from), middleOf(line.to)];
  if (line.kind === 'note') {
    const [left, right] =
      line.from === line.to ? [a - size.lane / 2, a + size.lane / 2] : [a - 30, b + 30];
    return `<rect x="${left}" y="${top}" width="${right - left}" height="${height + 10}" rx="6" class="note"/>${block((left + right) / 2, top + 5, line.words)}`;
  }
  const y = top + height + 4;
  const className = line.answer ? 'arrow answer' : 'arrow';
  if (line.from === line.to)
    return `${block(a, top, line.words)}<path d="M${a} ${y}h30v8h-30" class="${className}"/><path d="M${a} ${y + 8}l7 -4v8z" class="tip"/>`;
  const back = b + (b > a ? -8 : 8);
  return `${block((a + b) / 2, top, line.words)}<path d="M${a} ${y}L${b} ${y}" class="${className}"/><path d="M${b} ${y}L${back} ${y - 4}L${back} ${y + 4}Z" class="tip"/>`;
}

const below: Readonly<Record<Line['kind'], number>> = { message: 4, note: 10, loop: 8, end: 0 };
const heightOf = (line: Line): number =>
  line.words.length * size.line + below[line.kind] + size.gap;

/**
 * Draws a mermaid sequence diagram of the kind that docs/strategies has: participants, arrows,
 * notes, loops. Null where there is anything else in it, so that the reader gets its text and never
 * half a picture.
 */
export function drawSequence(source: string): string | null {
  const [head, ...rest] = source
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (head !== 'sequenceDiagram') return null;
  const cast = new Cast();
  const read = rest.map((line) => lineOf(line, cast));
  if (read.includes(undefined)) return null;
  const lines = read.flatMap((line) => line ?? []);
  const parts: string[] = [];
  const open: number[] = [];
  const width = 2 * size.edge + cast.names.length * size.lane;
  let top: number = size.head + size.gap;
  for (const line of lines) {
    if (line.kind === 'loop') {
      open.push(top);
      parts.push(text(width / 2, top + size.line, 'words', line.words.join(' ')));
    } else if (line.kind === 'end') {
      const from = open.pop();
      if (from === undefined) return null;
      parts.push(
        `<rect x="4" y="${from}" width="${width - 8}" height="${top - from}" rx="8" class="loop"/>`,
      );
    } else parts.push(drawn(line, top));
    top += heightOf(line);
  }
  if (open.length > 0) return null;
  const halfOf = (name: string): number =>
    Math.min(size.lane / 2 - 4, Math.max(70, name.length * 4 + 12));
  const lanes = cast.names.map(
    (name, place) =>
      `<path d="M${middleOf(place)} ${size.head}V${top}" class="lane"/><rect x="${middleOf(place) - halfOf(name)}" y="10" width="${2 * halfOf(name)}" height="32" rx="8" class="who"/>${text(middleOf(place), 31, 'name', name)}`,
  );
  return `<svg class="sequence" viewBox="0 0 ${width} ${top}" role="img" aria-label="${escaped(lines.flatMap(({ words }) => words).join(' '))}" xmlns="http://www.w3.org/2000/svg">${lanes.join('')}${parts.join('')}</svg>`;
}
