import { scheduleSchema, type Schedule, type Step } from '@coupon/results';
import { describe, expect, it } from '@jest/globals';
import { renderToString } from 'preact-render-to-string';
import type { Language } from '../text.js';
import { lostIn, overwritesIn, rowValuesOf } from './marks.js';
import { momentsOf } from './moments.js';
import { SwimLanes } from './swim-lanes.js';

const draw = (of: Schedule, language: Language = 'en', shown?: number): string =>
  renderToString(
    <SwimLanes schedule={of} language={language} {...(shown === undefined ? {} : { shown })} />,
  );

type StepPart = Partial<Omit<Step, 'client' | 'statement' | 'atMs'>>;

/**
 * A schedule of statements that are sent a millisecond apart and answered half a millisecond later,
 * unless told otherwise.
 */
const schedule = (
  parts: readonly (readonly [number, string, StepPart?])[],
  end: Partial<Schedule> = {},
): Schedule =>
  scheduleSchema.parse({
    order: parts.map(([client]) => 'AB'[client]).join(''),
    outcome: 'lost-update',
    told: [
      { kind: 'granted', ordinal: 1 },
      { kind: 'granted', ordinal: 1 },
    ],
    remaining: 1,
    ordinals: [1, 1],
    steps: parts.map(([client, statement, more], n) => ({
      client,
      statement,
      effect: 'ok',
      blocked: false,
      valueRead: null,
      valueWritten: null,
      atMs: n,
      answeredAtMs: n + 0.5,
      ...more,
    })),
    ...end,
  });

const reads = (quantity: number): StepPart => ({ effect: '1 row', valueRead: { quantity } });
const writes = (quantity: number | string): StepPart => ({
  effect: '1 row',
  valueWritten: { quantity },
});

const lost = schedule([
  [0, 'BEGIN'],
  [1, 'BEGIN'],
  [0, 'SELECT coupons', reads(2)],
  [1, 'SELECT coupons', reads(2)],
  [1, 'UPDATE coupons', writes(1)],
  [1, 'COMMIT'],
  [0, 'UPDATE coupons', writes(1)],
  [0, 'COMMIT'],
]);

/** B's locking read waits for A's COMMIT and is answered before that is. */
const locked = schedule(
  [
    [0, 'BEGIN'],
    [1, 'BEGIN'],
    [0, 'SELECT coupons FOR UPDATE', reads(2)],
    [1, 'SELECT coupons FOR UPDATE', { ...reads(1), blocked: true, answeredAtMs: 5.1 }],
    [0, 'UPDATE coupons', writes(1)],
    [0, 'COMMIT', { answeredAtMs: 5.4 }],
    [1, 'UPDATE coupons', writes(0)],
    [1, 'COMMIT'],
  ],
  { outcome: 'right', remaining: 0, ordinals: [1, 2] },
);

describe('what is marked', () => {
  it('is the stale read, the write from it and the write that it destroys', () => {
    const [found, ...more] = overwritesIn(lost);
    expect([found?.read, found?.write, found?.lost].map((step) => step?.atMs)).toEqual([2, 6, 4]);
    expect(more).toEqual([]);
    expect(rowValuesOf(lost).map(({ value }) => value)).toEqual([2, 1, 1]);
    expect(lostIn(lost)).toBe(1);
  });

  it('is nothing where the read waited and saw what was committed', () => {
    expect(overwritesIn(locked)).toEqual([]);
    expect(rowValuesOf(locked).map(({ value }) => value)).toEqual([2, 1, 0]);
    expect(lostIn(locked)).toBe(0);
  });

  it('knows the stock where the first read comes after the first write', () => {
    const conditional = schedule(
      [
        [0, 'BEGIN'],
        [0, 'UPDATE coupons IF quantity > 0', writes('quantity - 1')],
        [0, 'SELECT coupons', reads(1)],
        [0, 'COMMIT'],
      ],
      { outcome: 'right', ordinals: [1] },
    );
    expect(rowValuesOf(conditional).map(({ value }) => value)).toEqual([2, 1]);
    expect(lostIn(conditional)).toBe(0);
  });

  it('is nothing where the write failed, was rolled back, or was computed by the database', () => {
    const by = (last: StepPart, end: readonly [number, string, StepPart?]) =>
      overwritesIn(
        schedule([
          [0, 'BEGIN'],
          [0, 'SELECT coupons', reads(2)],
          [1, 'UPDATE coupons', writes('quantity - 1')],
          [0, 'UPDATE coupons', last],
          end,
        ]),
      );
    expect(by({ ...writes(1), effect: '0 rows' }, [0, 'COMMIT'])).toEqual([]);
    expect(by({ ...writes(1), effect: 'errno 1213' }, [0, 'ROLLBACK'])).toEqual([]);
    expect(by(writes(1), [0, 'ROLLBACK'])).toEqual([]);
    expect(by(writes('quantity - 1'), [0, 'COMMIT'])).toEqual([]);
    expect(by(writes(1), [0, 'COMMIT'])).toHaveLength(1);
  });
});

describe('the picture', () => {
  it('tells a wait as two moments with the way between them', () => {
    const kinds = momentsOf(locked).filter(({ client, kind }) => client === 1 && kind !== 'done');
    expect(
      kinds.map(({ kind, atMs, lines }) => [kind, atMs, lines.map(({ text }) => text.en)]),
    ).toEqual([
      ['sent', 3, ['SELECT coupons FOR UPDATE', 'waits for a lock']],
      ['answered', 5.1, ['resumes after 2 ms', 'reads quantity 1']],
    ]);
    expect(draw(locked).match(/class="waiting"/g)).toHaveLength(1);
  });

  it('has every statement, the marks and the end, in both languages', () => {
    const english = draw(lost);
    for (const part of [
      'SELECT coupons',
      'stale as soon as B commits',
      'overwrites what B wrote',
      'lost: A overwrites it',
      '1 remaining, 0 expected',
      'granted, number 1',
    ])
      expect(english).toContain(part);
    expect(english.match(/class="moment"/g)).toHaveLength(8);
    expect(draw(lost, 'ko')).toContain('B가 쓴 값을 덮어씀');
    expect(draw(locked)).not.toMatch(/stale|overwrites/);
  });

  it('shows what is to come faintly to a reader who goes step by step', () => {
    const third = draw(lost, 'en', 3);
    expect(third.match(/class="moment later"/g)).toHaveLength(5);
    expect(third.match(/class="moment now"/g)).toHaveLength(1);
    expect(third).toContain('class="end later"');
  });

  it('takes nothing for markup', () => {
    const evil = '</text><script>alert("x")</script>&\'';
    const picture = draw(
      schedule([[0, evil, { valueRead: { [evil]: evil }, effect: evil }]], {
        order: evil,
        told: [{ kind: 'failed', message: evil }],
      }),
    );
    expect(picture).not.toContain('<script');
    expect(picture).toContain('&lt;script>');
  });

  it('takes what the explorer writes, and refuses what it does not', () => {
    expect(scheduleSchema.safeParse({ ...lost, outcome: 'splendid' }).success).toBe(false);
    expect(scheduleSchema.safeParse({ ...lost, told: [] }).success).toBe(false);
  });
});
