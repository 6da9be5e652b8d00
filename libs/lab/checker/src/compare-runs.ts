import type { RunResult } from '@coupon/results';
import { changeOf, type Change } from './statistics.js';

/** A figure of a run that is compared, and which way round it is good. */
interface Measure {
  readonly name: string;
  readonly better: 'higher' | 'lower';
  readonly of: (run: RunResult) => number;
}

/**
 * The share of 200 among claims that there was a coupon for: "sold out" is no failure once every
 * coupon is issued.
 */
const successOf = ({ http, rows }: RunResult): number => {
  const grantable =
    http.requests - (rows.issued >= rows.total ? (http.reasons['SOLD_OUT'] ?? 0) : 0);
  return (http.status['200'] ?? 0) / Math.max(1, grantable);
};

const measures: readonly Measure[] = [
  { name: 'granted/s', better: 'higher', of: (run) => run.http.grantsPerS },
  { name: 'req/s', better: 'higher', of: (run) => run.http.ratePerS },
  { name: 'success', better: 'higher', of: successOf },
  { name: 'med ms', better: 'lower', of: (run) => run.http.latencyMs.med },
  { name: 'p95 ms', better: 'lower', of: (run) => run.http.latencyMs.p95 },
  { name: 'p99 ms', better: 'lower', of: (run) => run.http.latencyMs.p99 },
];

/** One figure of one strategy under one load, in both files. */
export interface ComparedFigure extends Change {
  readonly group: string;
  readonly measure: string;
  /** `same`: not beyond noise. `too few`: with so few runs nothing could be. */
  readonly verdict: 'better' | 'worse' | 'same' | 'too few';
}

/** How two results differ: by figures, with their noise, and by facts. */
export interface Comparison {
  readonly figures: readonly ComparedFigure[];
  /** Differences that are no matter of noise: verdicts and kinds of violations. */
  readonly facts: readonly {
    readonly group: string;
    readonly text: string;
    readonly worse: boolean;
  }[];
  /** Strategies and loads that only one of the two has. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
}

const groupOf = ({ strategy, profile, instances }: RunResult): string =>
  `${strategy}, ${profile}${instances > 1 ? `, ${instances} instances` : ''}`;

function grouped(runs: readonly RunResult[]): ReadonlyMap<string, readonly RunResult[]> {
  const groups = new Map<string, RunResult[]>();
  for (const run of runs) groups.set(groupOf(run), [...(groups.get(groupOf(run)) ?? []), run]);
  return groups;
}

function verdictOf(
  { ratio, beyondNoise, enough }: Change,
  better: Measure['better'],
): ComparedFigure['verdict'] {
  if (!enough) return 'too few';
  if (!beyondNoise) return 'same';
  return ratio.median > 1 === (better === 'higher') ? 'better' : 'worse';
}

function factsOf(
  group: string,
  before: readonly RunResult[],
  after: readonly RunResult[],
): Comparison['facts'] {
  const failing = (runs: readonly RunResult[]): number =>
    runs.filter((run) => !run.verdict.holds).length;
  const kinds = (runs: readonly RunResult[]): ReadonlySet<string> =>
    new Set(runs.flatMap((run) => run.verdict.findings.map((finding) => finding.kind)));
  const wrongBefore = failing(before);
  const wrongAfter = failing(after);
  const seenBefore = kinds(before);
  const seenAfter = kinds(after);
  const verdict =
    wrongBefore > 0 === wrongAfter > 0
      ? []
      : [
          {
            group,
            text:
              `not as declared in ${wrongBefore} of ${before.length} runs before, ` +
              `in ${wrongAfter} of ${after.length} now`,
            worse: wrongAfter > 0,
          },
        ];
  // A strategy without integrity shows its damage by chance: only its verdict says whether
  // something is wrong.
  const news = [...seenAfter]
    .filter((kind) => !seenBefore.has(kind))
    .map((kind) => ({ group, text: `${kind}: found now, not before`, worse: wrongAfter > 0 }));
  const gone = [...seenBefore]
    .filter((kind) => !seenAfter.has(kind))
    .map((kind) => ({ group, text: `${kind}: found before, not now`, worse: false }));
  return [...verdict, ...news, ...gone];
}

/** Compares the runs of two result files, strategy by strategy and load by load. Pure. */
export function compareRuns(before: readonly RunResult[], after: readonly RunResult[]): Comparison {
  const groupsBefore = grouped(before);
  const groupsAfter = grouped(after);
  const pairs = [...groupsBefore].flatMap(([group, runs]) => {
    const others = groupsAfter.get(group);
    return others === undefined ? [] : [{ group, runs, others }];
  });
  return {
    figures: pairs.flatMap(({ group, runs, others }) =>
      measures.map(({ name, better, of }) => {
        const change = changeOf(runs.map(of), others.map(of));
        return { group, measure: name, verdict: verdictOf(change, better), ...change };
      }),
    ),
    facts: pairs.flatMap(({ group, runs, others }) => factsOf(group, runs, others)),
    onlyBefore: [...groupsBefore.keys()].filter((group) => !groupsAfter.has(group)),
    onlyAfter: [...groupsAfter.keys()].filter((group) => !groupsBefore.has(group)),
  };
}
