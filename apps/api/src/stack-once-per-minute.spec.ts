import { describe, expect, it } from '@jest/globals';
import { stackOncePerMinute } from './stack-once-per-minute.js';

const failure = (message: string): Error => new Error(message);
const otherFailure = (): TypeError => new TypeError('other');

describe('stackOncePerMinute', () => {
  it('leaves the first error of a place as it is, and only the message of its repetitions', () => {
    let nowMs = 0;
    const readable = stackOncePerMinute(() => nowMs);
    const first = failure('claim 1');
    expect(readable(first)).toBe(first);
    nowMs = 59_999;
    expect(readable(failure('claim 2'))).toBe('Error: claim 2');
    const other = otherFailure();
    expect(readable(other)).toBe(other);
    nowMs = 60_000;
    const next = failure('claim 3');
    expect(readable(next)).toBe(next);
  });

  it('tells causes apart, and leaves anything but an error alone', () => {
    const readable = stackOncePerMinute(() => 0);
    const wrapped = (cause: Error) => new Error('wrapped', { cause });
    const errors = [wrapped(failure('a')), wrapped(otherFailure())];
    expect(errors.map(readable)).toEqual(errors);
    expect(readable(wrapped(failure('b')))).toBe('Error: wrapped');
    expect(readable('text')).toBe('text');
  });
});
