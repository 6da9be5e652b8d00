import { describe, expect, it } from '@jest/globals';
import { unifiedDiff } from './diff.js';
import { percent, scoreOf, tally } from './score.js';

describe('the mutation score', () => {
  it('counts neither stillborn nor equivalent mutants, and those without a result as alive', () => {
    const fates = ['killed', 'killed', 'killed', 'survived', 'unknown'] as const;
    const all = tally([...fates, 'stillborn', 'equivalent', 'equivalent']);
    expect(all).toMatchObject({ all: 8, killed: 3, stillborn: 1, equivalent: 2 });
    expect(scoreOf(all)).toBe(3 / 5);
  });

  it('is rounded down', () => {
    expect(percent(0.949_99)).toBe('94.9 %');
    expect(percent(1)).toBe('100.0 %');
  });
});

describe('a diff', () => {
  it('is one hunk with two lines around it', () => {
    expect(unifiedDiff('x.ts', 'a\nb\nc\nd\ne\nf', 'a\nb\nc\nD\ne\nf')).toBe(
      '--- x.ts\n+++ x.ts\n@@ -2,5 +2,5 @@\n b\n c\n-d\n+D\n e\n f',
    );
  });
});
