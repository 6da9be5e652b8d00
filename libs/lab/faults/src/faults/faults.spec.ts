import { describe, expect, it } from '@jest/globals';
import { predictionFor } from '../predictions.js';
import { subjects } from '../subject.js';
import { faults } from './index.js';

describe('the faults', () => {
  it('have names that a file and a command line can bear, each one name', () => {
    const names = faults.map(({ name }) => name);
    expect(names.filter((name) => !/^[a-z][a-z0-9-]*$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('have a prediction with a reason for every strategy that they concern, or say why not', () => {
    const wordless = faults.flatMap((fault) =>
      subjects.flatMap((subject) => {
        const applies = fault.applies(subject);
        const words = applies === true ? predictionFor(fault, subject).reason : applies;
        return words.length > 10 ? [] : [`${fault.name} x ${subject.name}: ${words}`];
      }),
    );
    expect(wordless).toEqual([]);
  });

  it('of the slow network leave only strategies available whose claims do not take turns', () => {
    const fault = faults.find(({ name }) => name === 'latency-200ms');
    if (fault === undefined) throw new Error('there is a fault of latency');
    const available = subjects.filter(
      (subject) => predictionFor(fault, subject).verdict === 'available',
    );
    expect(available.map(({ name }) => name)).toEqual(['redis-counter']);
  });
});
