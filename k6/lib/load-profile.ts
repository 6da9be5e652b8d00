import { fail } from 'k6';
import type { Options } from 'k6/options';

/**
 * A load as k6 and the lab share it, one JSON file each in k6/profiles. A stage of 0 ms is where
 * the load starts.
 */
export interface LoadProfile {
  readonly name: string;
  readonly totalQuantity: number;
  readonly stages: readonly { readonly durationMs: number; readonly users: number }[];
  /** A user's pause between an answer and the next request. */
  readonly thinkMs: number;
}

const isLoadProfile = (value: unknown): value is LoadProfile =>
  typeof value === 'object' &&
  value !== null &&
  ['name', 'totalQuantity', 'stages', 'thinkMs'].every((key) => key in value);

/** Parses the text of a profile. The lab checks every field; here a missing one ends the run. */
export function parseLoadProfile(text: string): LoadProfile {
  const profile: unknown = JSON.parse(text);
  return isLoadProfile(profile) ? profile : fail('the profile lacks a field');
}

/** k6's options for a profile. Requests under way at the end may finish: no claim stays open. */
export function optionsOf(profile: LoadProfile): Options {
  const [first, ...rest] = profile.stages;
  const startsAtOnce = first?.durationMs === 0;
  return {
    scenarios: {
      // The types of k6 declare plain options as classes.
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- its types
      [profile.name]: {
        executor: 'ramping-vus',
        startVUs: startsAtOnce ? first.users : 0,
        stages: (startsAtOnce ? rest : profile.stages).map(({ durationMs, users }) => ({
          duration: `${durationMs}ms`,
          target: users,
        })),
        gracefulRampDown: '30s',
        gracefulStop: '30s',
      },
    },
    summaryTrendStats: ['avg', 'med', 'p(90)', 'p(95)', 'p(99)', 'max'],
    setupTimeout: '30s',
  };
}
