import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { renderToString } from 'preact-render-to-string';
import { parseSequence } from './parse-sequence.js';
import { SequenceDiagram } from './sequence-diagram.js';

const folder = join(import.meta.dirname, '../../../../../docs/strategies');
const drawSequence = (source: string): string | null => {
  const sequence = parseSequence(source);
  return sequence === null ? null : renderToString(<SequenceDiagram sequence={sequence} />);
};
const diagramIn = (file: string): string =>
  /```mermaid\n([\s\S]*?)```/.exec(readFileSync(join(folder, file), 'utf8'))?.[1] ?? '';

describe('a sequence diagram', () => {
  it.each(readdirSync(folder))('%s is drawn whole: every word of it is in the picture', (file) => {
    const source = diagramIn(file);
    const drawn = drawSequence(source) ?? '';
    const words = [
      ...source.matchAll(/^\s*(?:\w+-?->>\w+:|Note over [^:]+:|loop) (.+)$/gm),
    ].flatMap(([, text = '']) => text.split(/<br\s*\/?>|\s+/).filter(Boolean));
    expect(words.length).toBeGreaterThan(5);
    const shown = new Set(
      [...drawn.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].flatMap(([, text = '']) =>
        text
          .replaceAll('&quot;', '"')
          .replaceAll('&gt;', '>')
          .replaceAll('&lt;', '<')
          .replaceAll('&amp;', '&')
          .split(' '),
      ),
    );
    expect(words.filter((word) => !shown.has(word))).toEqual([]);
    expect(drawn.match(/class="tip"/g)).toHaveLength((source.match(/->>/g) ?? []).length);
  });

  it('with anything unknown in it stays text, and nothing in it becomes a tag', () => {
    expect(drawSequence('flowchart TD')).toBeNull();
    expect(drawSequence('sequenceDiagram\n  alt perhaps\n  A->>B: x\n  end')).toBeNull();
    for (const torn of ['loop forever\n  A->>B: x', 'A->>B: x\n  end'])
      expect(drawSequence(`sequenceDiagram\n  ${torn}`)).toBeNull();
    expect(drawSequence('sequenceDiagram\n  A->>B: <img src=x>')).toContain('&lt;img');
  });
});
