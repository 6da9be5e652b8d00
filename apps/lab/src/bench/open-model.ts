import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { UserError } from '../run/user-error.js';
import { strategySystem, type SystemUnderTest } from './systems.js';
import type { Bench, MeasureResult } from './measures.js';
import { BEST } from './ratios.js';
import { sampleOf } from './rounds.js';

/** Offered rates, as shares of the rate that the system reached in the closed model. */
const SHARES = [0.25, 0.5, 0.75];

const arrivalsSchema = z.object({
  requests: z.object({ average: z.number() }),
  latency: z.object({ p50: z.number(), p99: z.number(), p99_9: z.number(), max: z.number() }),
  non2xx: z.int(),
  errors: z.int(),
});

/**
 * Latency at a constant arrival rate, as notes. The closed model hides waiting: a slow answer keeps
 * its client from claiming again. Here autocannon sends at a fixed rate and measures from the
 * moment a request was due (it corrects for coordinated omission).
 */
export async function openModel({
  environment,
  load,
  onSample,
  say,
}: Bench): Promise<MeasureResult> {
  for (const strategy of [BEST, 'mysql-for-update', 'redis-spin-lock']) {
    const system = await strategySystem(`${strategy} open`, strategy, environment);
    try {
      const closed = await sampleOf(system, 1, load);
      onSample(closed);
      for (const share of SHARES) {
        const offeredPerS = Math.max(50, Math.round(closed.ratePerS * share));
        const { requests, latency, non2xx, errors } = await arrivals(
          system,
          offeredPerS,
          load.seconds * 2,
          load.signal,
        );
        if (non2xx + errors > 0)
          throw new UserError(`${system.name}: ${non2xx} wrong answers, ${errors} errors`);
        say(
          `open model, ${strategy}, ${offeredPerS.toLocaleString('en-US')} claims/s offered ` +
            `(${100 * share} % of its closed rate): ${requests.average.toFixed(0)}/s answered, ` +
            `p50 ${latency.p50} ms, p99 ${latency.p99} ms, p99.9 ${latency.p99_9} ms, ` +
            `max ${latency.max} ms`,
        );
      }
    } finally {
      await system[Symbol.asyncDispose]();
    }
  }
  return { samples: [], ratios: {} };
}

async function arrivals(
  system: SystemUnderTest,
  ratePerS: number,
  seconds: number,
  signal: AbortSignal,
): Promise<z.infer<typeof arrivalsSchema>> {
  const target = await system.target();
  const [path = '/'] = target.paths;
  const args = [
    fileURLToPath(import.meta.resolve('autocannon')),
    '-j',
    '-m',
    'POST',
    '-c',
    '100',
    '-R',
    String(ratePerS),
    '-d',
    String(seconds),
    '-H',
    `Authorization=Bearer ${system.token}`,
    `${system.url}${path}`,
  ];
  const { stdout } = await execa(process.execPath, args, { cancelSignal: signal });
  await target.quiet();
  return arrivalsSchema.parse(JSON.parse(stdout));
}
