import { expect, it } from '@jest/globals';
import { falselyReadyMs } from './readiness-watch.js';

const samples = (api: number, isReady: boolean, ...times: readonly number[]) =>
  times.map((atMs) => ({ api, atMs, isReady }));

it('counts readiness only where no claim was granted for long', () => {
  const ready = samples(0, true, 1_000, 7_000, 8_000, 11_000);
  expect(falselyReadyMs(ready, [0, 1_000, 2_000, 6_000, 9_000], 12_000)).toBe(0);
  expect(falselyReadyMs(ready, [0], 12_000)).toBe(4_000);
});

it('is interrupted by an honest answer, and judges each process alone', () => {
  const mixed = [
    ...samples(0, true, 7_000),
    ...samples(1, true, 7_500, 8_500),
    ...samples(0, false, 8_000),
    ...samples(0, true, 9_000),
  ];
  expect(falselyReadyMs(mixed, [0], 12_000)).toBe(1_000);
});
