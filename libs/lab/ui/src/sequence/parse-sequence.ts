/** The two participants that a message or a note stands between, by their places. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly words: readonly string[];
}

/** One line of a sequence diagram. */
export type SequenceLine =
  | (Span & { readonly kind: 'message'; readonly isAnswer: boolean })
  | (Span & { readonly kind: 'note' })
  | { readonly kind: 'loop'; readonly words: readonly string[] }
  | { readonly kind: 'end'; readonly words: readonly string[] };

/** A sequence diagram: its participants from left to right, and its lines from top to bottom. */
export interface Sequence {
  readonly participants: readonly string[];
  readonly lines: readonly SequenceLine[];
}

const MESSAGE_CHARS = 32;
const NOTE_CHARS = 60;

/** Breaks text where a line gets longer than `chars`, and where the source says so. */
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

/** The participants in the order in which they are first named. */
class Participants {
  readonly names: string[] = [];
  private readonly keys: string[] = [];

  /** The place of a participant; a new one comes last. */
  placeOf(key: string, name = key): number {
    const known = this.keys.indexOf(key);
    if (known !== -1) return known;
    this.keys.push(key);
    return this.names.push(name) - 1;
  }
}

/** Reads one line; null for a declaration, undefined for syntax that is not known here. */
function lineOf(text: string, participants: Participants): SequenceLine | null | undefined {
  const participant = /^(?:participant|actor) (\w+)(?: as (.+))?$/.exec(text);
  if (participant !== null) {
    participants.placeOf(participant[1] ?? '', participant[2]);
    return null;
  }
  const message = /^(\w+)(-->>|->>)(\w+): (.+)$/.exec(text);
  if (message !== null) {
    const [, from = '', arrow, to = '', words = ''] = message;
    return {
      kind: 'message',
      from: participants.placeOf(from),
      to: participants.placeOf(to),
      isAnswer: arrow === '-->>',
      words: wrapped(words, MESSAGE_CHARS),
    };
  }
  const loop = /^loop (.+)$/.exec(text);
  if (loop !== null) return { kind: 'loop', words: [`↻ ${loop[1] ?? ''}`] };
  if (text === 'end') return { kind: 'end', words: [] };
  const note = /^Note over (\w+)(?:, ?(\w+))?: (.+)$/.exec(text);
  if (note === null) return undefined;
  const [, first = '', second = first, words = ''] = note;
  const one = participants.placeOf(first);
  const other = participants.placeOf(second);
  return {
    kind: 'note',
    from: Math.min(one, other),
    to: Math.max(one, other),
    words: wrapped(words, one === other ? MESSAGE_CHARS : NOTE_CHARS),
  };
}

/** True when every loop ends, and no end stands alone. */
function isBalanced(lines: readonly SequenceLine[]): boolean {
  let open = 0;
  for (const { kind } of lines) {
    if (kind === 'loop') open += 1;
    if (kind === 'end') open -= 1;
    if (open < 0) return false;
  }
  return open === 0;
}

/**
 * Reads a mermaid sequence diagram of the kind that docs/strategies has: participants, arrows,
 * notes, loops. Null where there is anything else in it, so that a reader gets the whole text and
 * never half a picture.
 */
export function parseSequence(source: string): Sequence | null {
  const [head, ...rest] = source
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (head !== 'sequenceDiagram') return null;
  const participants = new Participants();
  const read = rest.map((line) => lineOf(line, participants));
  if (read.includes(undefined)) return null;
  const lines = read.flatMap((line) => line ?? []);
  return isBalanced(lines) ? { participants: participants.names, lines } : null;
}
