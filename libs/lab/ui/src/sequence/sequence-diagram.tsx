import type { Sequence, SequenceLine } from './parse-sequence.js';

/** All lengths are the picture's own units; the page scales them. */
const size = { lane: 230, head: 46, line: 17, gap: 16, edge: 20 } as const;

const middleOf = (place: number): number => size.edge + (place + 0.5) * size.lane;

/** The room below a line's words. */
const below: Readonly<Record<SequenceLine['kind'], number>> = {
  message: 4,
  note: 10,
  loop: 8,
  end: 0,
};
const heightOf = ({ kind, words }: SequenceLine): number =>
  words.length * size.line + below[kind] + size.gap;

/** Centred lines of text. */
const Words = ({ x, top, words }: { x: number; top: number; words: readonly string[] }) => (
  <>
    {words.map((line, n) => (
      <text key={n} x={x} y={top + size.line * (n + 1) - 4} text-anchor="middle" class="words">
        {line}
      </text>
    ))}
  </>
);

type Spanning = Extract<SequenceLine, { kind: 'message' | 'note' }>;

function Note({ line: { from, to, words }, top }: { line: Spanning; top: number }) {
  const margin = from === to ? size.lane / 2 : 30;
  const left = middleOf(from) - margin;
  const right = middleOf(to) + margin;
  return (
    <>
      <rect
        x={left}
        y={top}
        width={right - left}
        height={words.length * size.line + 10}
        rx={6}
        class="note"
      />
      <Words x={(left + right) / 2} top={top + 5} words={words} />
    </>
  );
}

function MessageArrow({
  line: { from, to, words },
  isAnswer,
  top,
}: {
  line: Spanning;
  isAnswer: boolean;
  top: number;
}) {
  const start = middleOf(from);
  const end = middleOf(to);
  const y = top + words.length * size.line + 4;
  const arrow = isAnswer ? 'arrow answer' : 'arrow';
  const back = end + (end > start ? -8 : 8);
  const isToItself = from === to;
  return (
    <>
      <Words x={(start + end) / 2} top={top} words={words} />
      <path
        d={isToItself ? `M${start} ${y}h30v8h-30` : `M${start} ${y}L${end} ${y}`}
        class={arrow}
      />
      <path
        d={
          isToItself
            ? `M${start} ${y + 8}l7 -4v8z`
            : `M${end} ${y}L${back} ${y - 4}L${back} ${y + 4}Z`
        }
        class="tip"
      />
    </>
  );
}

interface PlacedLine {
  readonly line: SequenceLine;
  readonly top: number;
}

/** The frames around loops: from each `loop` to its `end`. */
function loopsIn(placed: readonly PlacedLine[]): readonly { top: number; bottom: number }[] {
  const open: number[] = [];
  return placed.flatMap(({ line, top }) => {
    if (line.kind === 'loop') open.push(top);
    return line.kind === 'end' ? [{ top: open.pop() ?? top, bottom: top }] : [];
  });
}

function Participant({ name, place, bottom }: { name: string; place: number; bottom: number }) {
  const middle = middleOf(place);
  const half = Math.min(size.lane / 2 - 4, Math.max(70, name.length * 4 + 12));
  return (
    <>
      <path d={`M${middle} ${size.head}V${bottom}`} class="lane" />
      <rect x={middle - half} y={10} width={2 * half} height={32} rx={8} class="participant" />
      <text x={middle} y={31} text-anchor="middle" class="name">
        {name}
      </text>
    </>
  );
}

/** A sequence diagram as a picture. */
export function SequenceDiagram({ sequence: { participants, lines } }: { sequence: Sequence }) {
  const width = 2 * size.edge + participants.length * size.lane;
  const placed: PlacedLine[] = [];
  let bottom: number = size.head + size.gap;
  for (const line of lines) {
    placed.push({ line, top: bottom });
    bottom += heightOf(line);
  }
  return (
    <svg
      class="sequence"
      viewBox={`0 0 ${width} ${bottom}`}
      role="img"
      aria-label={lines.flatMap(({ words }) => words).join(' ')}
    >
      {participants.map((name, place) => (
        <Participant key={place} name={name} place={place} bottom={bottom} />
      ))}
      {loopsIn(placed).map((loop, n) => (
        <rect
          key={n}
          x={4}
          y={loop.top}
          width={width - 8}
          height={loop.bottom - loop.top}
          rx={8}
          class="loop"
        />
      ))}
      {placed.map(({ line, top }, n) => {
        switch (line.kind) {
          case 'message':
            return <MessageArrow key={n} line={line} isAnswer={line.isAnswer} top={top} />;
          case 'note':
            return <Note key={n} line={line} top={top} />;
          case 'loop':
            return <Words key={n} x={width / 2} top={top + 4} words={[line.words.join(' ')]} />;
          case 'end':
            return null;
        }
      })}
    </svg>
  );
}
