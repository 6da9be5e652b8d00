import { describe, expect, it } from '@jest/globals';
import { ConfigFaults } from '@coupon/application';
import { faultNamed, faults } from './faults/index.js';
import { plansOf } from './plans.js';
import { predictionFor } from './predictions.js';
import { subjectNamed, subjects } from './subject.js';

const verdictOf = (fault: string, subject: string): string =>
  predictionFor(faultNamed(fault), subjectNamed(subject)).verdict;

describe('predictions', () => {
  it('are written down for every cell, with a reason', () => {
    const plans = plansOf(faults, subjects);
    expect(plans.length).toBeGreaterThan(subjects.length * 10);
    for (const { fault, subject } of plans) {
      const { verdict, breaks, reason } = predictionFor(fault, subject);
      expect(reason).not.toBe('');
      if (verdict === 'breaks') expect(breaks).not.toEqual([]);
    }
  });

  it('leave to chance only what a lease that ends early does to unfenced locks', () => {
    const byChance = plansOf(faults, subjects).filter(({ fault, subject }) => {
      const { verdict, breaks } = predictionFor(fault, subject);
      return verdict !== 'breaks' && breaks.length > 0;
    });
    expect(byChance.map(({ fault, subject }) => `${fault.name} ${subject.name}`)).toEqual([
      'redis-clock-ahead redis-spin-lock',
      'redis-clock-ahead redis-pubsub-lock',
      'redis-clock-ahead redis-queue-lock',
    ]);
  });

  it('pin the hazards', () => {
    expect(verdictOf('api-killed', 'no-lock')).toBe('breaks');
    expect(verdictOf('api-killed', 'local-mutex')).toBe('breaks');
    expect(verdictOf('redis-memory-killed', 'redis-counter')).toBe('breaks');
    expect(verdictOf('redis-flushed', 'redis-spin-lock')).toBe('breaks');
    expect(verdictOf('redis-flushed', 'redis-spin-lock.fenced')).toBe('sound');
  });
});

describe('names', () => {
  it.each([
    ['redis-kill', () => faultNamed('redis-kill'), /--fault=redis-kill.*nearest: redis-killed/s],
    ['no-look', () => subjectNamed('no-look'), /--strategy=no-look.*nearest: no-lock/s],
  ])('%s is answered with the nearest one', (_, find, message) => {
    expect(find).toThrow(ConfigFaults);
    expect(find).toThrow(message);
  });
});
