import { cameToNothing, overwritesIn, rowValuesOf, type RowValue } from './marks.js';
import type { Schedule, Step } from '@coupon/results';
import { letterOf, valuesOf, words, type Language } from './words.js';

/** How a line of a moment is to be taken. */
export type Tone = 'statement' | 'value' | 'wait' | 'bad';

/** A line of text at a moment. */
export interface Line {
  readonly text: string;
  readonly tone: Tone;
}

/** What happens at one moment in one client. */
export interface Moment {
  /** Milliseconds since the round began. */
  readonly atMs: number;
  readonly client: number;
  readonly step: Step;
  /** `sent`: the statement was sent and waits; its answer is a moment of its own. */
  readonly kind: 'done' | 'sent' | 'answered';
  readonly lines: readonly Line[];
  /**
   * It touches the coupon's row: it reads it, writes it (seen by nobody yet), or shows what was
   * written to everybody.
   */
  readonly row: 'read' | 'write' | 'show' | null;
  /** With `show`: what the row shows from now on. */
  readonly value: number | null;
  /** It reads what is out of date, destroys what another wrote, or is destroyed. */
  readonly bad: boolean;
}

/** The moments of a schedule from first to last, in words of `language`. */
export function momentsOf(schedule: Schedule, language: Language): readonly Moment[] {
  const say = words[language];
  const overwrites = overwritesIn(schedule);
  const rowValues = rowValuesOf(schedule);
  const marksOf = (step: Step): readonly string[] => {
    const marks = overwrites.flatMap(({ read, write, lost }) => {
      if (step === read) return [say.stale(letterOf(lost.client))];
      if (step === write) return [say.overwrites(letterOf(lost.client))];
      return step === lost ? [say.lost(letterOf(write.client))] : [];
    });
    return [...new Set(marks)];
  };
  const moments = schedule.steps.flatMap((step): Moment[] => {
    const { client, statement, blocked, atMs, answeredAtMs } = step;
    const head: Line = { text: statement, tone: 'statement' };
    const marks = marksOf(step);
    const result = [
      ...resultOf(step, language),
      ...marks.map((text): Line => ({ text, tone: 'bad' })),
    ];
    const about = { client, step, bad: marks.length > 0, ...rowOf(step, rowValues) };
    if (!blocked) return [{ ...about, atMs, kind: 'done', lines: [head, ...result] }];
    const goesOn: Line = { text: say.goesOn(answeredAtMs - atMs), tone: 'wait' };
    return [
      {
        ...about,
        atMs,
        kind: 'sent',
        lines: [head, { text: say.waits, tone: 'wait' }],
        row: null,
        bad: false,
      },
      { ...about, atMs: answeredAtMs, kind: 'answered', lines: [goesOn, ...result] },
    ];
  });
  return moments.sort((a, b) => a.atMs - b.atMs);
}

function resultOf(step: Step, language: Language): readonly Line[] {
  const say = words[language];
  if (cameToNothing(step)) return [{ text: say.failed(step.effect), tone: 'bad' }];
  const read =
    step.valueRead === null
      ? []
      : [{ text: say.reads(valuesOf(step.valueRead)), tone: 'value' as const }];
  return step.valueWritten === null
    ? read
    : [...read, { text: say.writes(valuesOf(step.valueWritten)), tone: 'value' }];
}

function rowOf(step: Step, rowValues: readonly RowValue[]): Pick<Moment, 'row' | 'value'> {
  const shown = rowValues.find(({ by }) => by === step);
  if (shown !== undefined) return { row: 'show', value: shown.value };
  const touches = (values: Step['valueRead']): boolean => values !== null && 'quantity' in values;
  if (cameToNothing(step)) return { row: null, value: null };
  return {
    row: touches(step.valueWritten) ? 'write' : touches(step.valueRead) ? 'read' : null,
    value: null,
  };
}
