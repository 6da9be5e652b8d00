import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { GuaranteeName, Guarantees } from '@coupon/application';
import Table from 'cli-table3';
import { deviations, refutationsOf, type Deviation, type ScenarioReport } from './deviations.js';
import { attackedGuarantees, type InvariantName } from './invariants.js';

/** A deviation as result files write it. */
interface WrittenDeviation {
  readonly trial: string;
  readonly law: string;
  readonly what: string;
}

/** One guarantee of one strategy; `brokenBy` of null: no scenario could break it. */
interface JudgedGuarantee {
  readonly declared: boolean;
  readonly brokenBy: WrittenDeviation | null;
}

/** One strategy's line of the matrix, as its result file holds it. */
export interface MatrixLine {
  readonly strategy: string;
  /** By the name of the guarantee: those that scenarios attack. */
  readonly guarantees: Readonly<Record<string, JudgedGuarantee>>;
  /** None for a strategy that is as it declares. */
  readonly findings: readonly WrittenDeviation[];
  /** Every scenario, with all invariants that it broke. */
  readonly trials: readonly {
    readonly name: string;
    readonly broke: readonly InvariantName[];
    readonly tookMs: number;
  }[];
}

const written = ({ scenario, invariant, what }: Deviation): WrittenDeviation => ({
  trial: scenario,
  law: invariant,
  what,
});

/** A strategy's line, by what the scenarios showed. */
export function lineOf(
  strategy: string,
  guarantees: Guarantees,
  reports: readonly ScenarioReport[],
): MatrixLine {
  const judged = (name: GuaranteeName): JudgedGuarantee => {
    const first = refutationsOf(name, guarantees, reports)[0];
    return { declared: guarantees[name], brokenBy: first === undefined ? null : written(first) };
  };
  return {
    strategy,
    guarantees: Object.fromEntries(attackedGuarantees.map((name) => [name, judged(name)])),
    findings: deviations(guarantees, reports).map(written),
    trials: reports.map(({ scenario, breaches, tookMs }) => ({
      name: scenario.name,
      broke: [...new Set(breaches.map(({ invariant }) => invariant))],
      tookMs: Math.round(tookMs),
    })),
  };
}

/** Writes a line as JSON, creating its folder. */
export function writeLine(file: string, line: MatrixLine): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(line, null, 2)}\n`);
}

function cellOf(judged: JudgedGuarantee | undefined): string {
  if (judged === undefined) return 'not attacked';
  const { declared, brokenBy } = judged;
  if (declared) return brokenBy === null ? 'held' : `BROKEN by ${brokenBy.trial}`;
  return brokenBy === null ? 'UNDERCLAIMED' : `no: ${brokenBy.trial}`;
}

/** The lines as a table: what each strategy guarantees, and whether the scenarios agree. */
export function matrix(lines: readonly MatrixLine[]): string {
  const table = new Table({
    head: ['strategy', ...attackedGuarantees, 'invariants'],
    style: { head: [], border: [] },
  });
  for (const { strategy, guarantees, findings } of lines)
    table.push([
      strategy,
      ...attackedGuarantees.map((name) => cellOf(guarantees[name])),
      findings.length === 0 ? 'all hold' : [...new Set(findings.map(({ law }) => law))].join('\n'),
    ]);
  return table.toString();
}
