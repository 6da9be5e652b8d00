import { provideServices } from '@coupon/services';
import { pluginNamed } from '@coupon/strategies';
import { ratioOf } from '@coupon/checker';
import { runFiguresOf } from '@coupon/results';
import { readProfile } from '../run/profiles.js';
import { executeRun } from '../run/run.js';
import type { Bench, MeasureResult } from './measures.js';

/** More than the users: every waiting request polls, as in a literal port of the original. */
const EVERYBODY = '10000';

/** P5: the spin lock under the original's load with k6, one poller against everybody polling. */
export async function pollers({ environment, say }: Bench, pairs: number): Promise<MeasureResult> {
  const { signal, folder } = environment;
  await using services = await provideServices({
    need: ['database', 'redis', 'k6'],
    log: say,
    signal,
  });
  const progress = { say, now: () => undefined, [Symbol.dispose]: () => undefined };
  const rates: { one: number[]; everybody: number[] } = { one: [], everybody: [] };
  const plugin = pluginNamed('redis-spin-lock');
  const profile = readProfile('original-fixed');
  for (let pair = 1; pair <= pairs; pair += 1) {
    const ways = [
      ['one', '1'],
      ['everybody', EVERYBODY],
    ] as const;
    for (const [way, pollersMax] of pair % 2 === 1 ? ways : ways.toReversed()) {
      const repeat = rates.one.length + rates.everybody.length + 1; // names the run's files
      const { http, rows, verdict } = await executeRun(
        { plugin, profile, repeat, env: { REDIS_SPIN_LOCK_POLLERS_MAX: pollersMax } },
        { services, folder, progress, signal },
      );
      rates[way].push(http.grantsPerS);
      const { failed, grantsPerS, issued, requests } = runFiguresOf({ http, rows });
      say(
        `${pollersMax} pollers: ${grantsPerS.toFixed(0)} coupons/s, ${issued} issued, ` +
          `${failed} of ${requests} requests failed, ${verdict.sound ? 'sound' : 'NOT SOUND'}`,
      );
    }
  }
  return { samples: [], ratios: { P5: ratioOf(rates.one, rates.everybody) } };
}
