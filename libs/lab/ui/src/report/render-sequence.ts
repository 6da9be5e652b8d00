import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { parseSequence } from '../sequence/parse-sequence.js';
import { SequenceDiagram } from '../sequence/sequence-diagram.js';

/** A mermaid sequence diagram as an `<svg>` element; null where it cannot be drawn whole. */
export function renderSequence(source: string): string | null {
  const sequence = parseSequence(source);
  return sequence === null ? null : renderToString(h(SequenceDiagram, { sequence }));
}
