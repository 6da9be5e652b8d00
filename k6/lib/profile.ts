import type { Options } from 'k6/options';

/**
 * A load as k6 and the lab share it, one JSON file each in k6/profiles. A stage of 0 ms is where
 * the load starts.
 */
export interface Profile {
  readonly name: string;
  readonly about: string;
  readonly totalQuantity: number;
  readonly stages: readonly { readonly durationMs: number; readonly users: number }[];
  /** What a user does between an answer and the next request. */
  readonly thinkMs: number;
}

/**
 * k6's options for a profile. Requests under way at the end may finish, so that the history has no
 * loose ends.
 */
export function optionsOf(profile: Profile): Options {
  const [first, ...rest] = profile.stages;
  const startsAtOnce = first !== undefined && first.durationMs === 0;
  return {
    scenarios: {
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
