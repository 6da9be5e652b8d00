import type { Schedule, Step } from '@coupon/results';
import { letterOf, swimLanes } from '../messages/swim-lanes.js';
import { sameText, type Text } from '../text.js';
import { hadNoEffect, overwritesIn, rowValuesOf, type RowValue } from './marks.js';

/** The kind of a line of text. */
export type Tone = 'statement' | 'value' | 'wait' | 'bad';

/** A line of text at a moment. */
export interface Line {
  readonly text: Text;
  readonly tone: Tone;
}

/** An event of one client at one moment. */
export interface Moment {
  /** Milliseconds since the round began. */
  readonly atMs: number;
  readonly client: number;
  readonly step: Step;
  /** `sent`: the statement waits for a lock; its answer is a moment of its own. */
  readonly kind: 'done' | 'sent' | 'answered';
  readonly lines: readonly Line[];
  /** How it touches the coupon's row: reads it, writes it uncommitted, or commits a value. */
  readonly row: 'read' | 'write' | 'commit' | null;
  /** With `commit`: the committed value. */
  readonly value: number | null;
  /** A stale read, a write computed from one, or a write that is lost. */
  readonly isBad: boolean;
}

/** The moments of a schedule from first to last. */
export function momentsOf(schedule: Schedule): readonly Moment[] {
  const overwrites = overwritesIn(schedule);
  const rowValues = rowValuesOf(schedule);
  const marksOf = (step: Step): readonly Text[] => {
    const marks = overwrites.flatMap(({ read, write, lost }) => {
      if (step === read) return [swimLanes.stale(letterOf(lost.client))];
      if (step === write) return [swimLanes.overwrites(letterOf(lost.client))];
      return step === lost ? [swimLanes.lost(letterOf(write.client))] : [];
    });
    return marks.filter(({ en }, n) => marks.findIndex((other) => other.en === en) === n);
  };
  const moments = schedule.steps.flatMap((step): Moment[] => {
    const { client, statement, blocked, atMs, answeredAtMs } = step;
    const head: Line = { text: sameText(statement), tone: 'statement' };
    const marks = marksOf(step);
    const result = [...resultOf(step), ...marks.map((text): Line => ({ text, tone: 'bad' }))];
    const about = { client, step, isBad: marks.length > 0, ...rowOf(step, rowValues) };
    if (!blocked) return [{ ...about, atMs, kind: 'done', lines: [head, ...result] }];
    const resumes: Line = { text: swimLanes.resumes(answeredAtMs - atMs), tone: 'wait' };
    return [
      {
        ...about,
        atMs,
        kind: 'sent',
        lines: [head, { text: swimLanes.waits, tone: 'wait' }],
        row: null,
        isBad: false,
      },
      { ...about, atMs: answeredAtMs, kind: 'answered', lines: [resumes, ...result] },
    ];
  });
  return moments.sort((a, b) => a.atMs - b.atMs);
}

function resultOf(step: Step): readonly Line[] {
  if (hadNoEffect(step)) return [{ text: swimLanes.failed(step.effect), tone: 'bad' }];
  const read =
    step.valueRead === null
      ? []
      : [{ text: swimLanes.reads(valuesOf(step.valueRead)), tone: 'value' as const }];
  return step.valueWritten === null
    ? read
    : [...read, { text: swimLanes.writes(valuesOf(step.valueWritten)), tone: 'value' }];
}

function rowOf(step: Step, rowValues: readonly RowValue[]): Pick<Moment, 'row' | 'value'> {
  const committed = rowValues.find(({ by }) => by === step);
  if (committed !== undefined) return { row: 'commit', value: committed.value };
  const touches = (values: Step['valueRead']): boolean => values !== null && 'quantity' in values;
  if (hadNoEffect(step)) return { row: null, value: null };
  return {
    row: touches(step.valueWritten) ? 'write' : touches(step.valueRead) ? 'read' : null,
    value: null,
  };
}

/** Columns and values in a few words: a change such as `quantity - 1` names its column once. */
const valuesOf = (values: Step['valueRead']): string =>
  Object.entries(values ?? {})
    .map(([column, value]) => {
      const isChange = typeof value === 'string' && value.startsWith(column);
      return `${column} ${isChange ? value.slice(column.length).trim() : (value ?? 'null')}`;
    })
    .join(', ');
