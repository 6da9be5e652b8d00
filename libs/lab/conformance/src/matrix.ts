import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Guarantees } from '@coupon/strategies';
import Table from 'cli-table3';
import { z } from 'zod';
import { against, findings, type ScenarioReport } from './examine.js';
import { guaranteeNames, invariantNames } from './invariants.js';

const verdict = z.object({
  declared: z.boolean(),
  /** Which trial broke it, and how; null: none could. */
  violates: z.object({ trial: z.string(), law: z.string(), what: z.string() }).nullable(),
});

/** One strategy's line of the matrix, as it is written to a file. */
export const lineSchema = z.object({
  strategy: z.string(),
  guarantees: z.object({
    neverOverIssues: verdict,
    neverLosesUpdates: verdict,
    recordedOnReturn: verdict,
    acrossProcesses: verdict,
    survivesPausedHolder: verdict,
  }),
  /**
   * The laws that were broken where a broken law is a fault; none for a strategy that is as it
   * says.
   */
  findings: z.array(z.object({ law: z.string(), trial: z.string(), what: z.string() })),
  trials: z.array(
    z.object({ name: z.string(), broke: z.array(z.enum(invariantNames)), tookMs: z.number() }),
  ),
});

/** See {@link lineSchema}. */
export type Line = z.infer<typeof lineSchema>;

/** What the trials showed of a strategy, as its line. */
export function lineOf(
  strategy: string,
  guarantees: Guarantees,
  reports: readonly ScenarioReport[],
): Line {
  const judged = (name: keyof Guarantees): Line['guarantees']['acrossProcesses'] => {
    const [first = null] = against(name, reports);
    return { declared: guarantees[name], violates: first };
  };
  return {
    strategy,
    guarantees: {
      neverOverIssues: judged('neverOverIssues'),
      neverLosesUpdates: judged('neverLosesUpdates'),
      recordedOnReturn: judged('recordedOnReturn'),
      acrossProcesses: judged('acrossProcesses'),
      survivesPausedHolder: judged('survivesPausedHolder'),
    },
    findings: [...findings(guarantees, reports)],
    trials: reports.map(({ trial, breaches, tookMs }) => ({
      name: trial.name,
      broke: [...new Set(breaches.map(({ law }) => law))],
      tookMs: Math.round(tookMs),
    })),
  };
}

/** Writes a line as JSON, making the folder. */
export function writeLine(file: string, line: Line): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(line, null, 2)}\n`);
}

/** The strategies' lines as a table: what each promises, and what became of it. */
export function matrix(lines: readonly Line[]): string {
  const table = new Table({
    head: ['strategy', ...guaranteeNames, 'laws'],
    style: { head: [], border: [] },
  });
  for (const { strategy, guarantees, findings: wrong } of lines) {
    const cells = guaranteeNames.map((name) => {
      const { declared, violates } = guarantees[name];
      if (declared) return violates === null ? 'held' : `BROKEN by ${violates.trial}`;
      return violates === null ? 'TOO MODEST' : `no: ${violates.trial}`;
    });
    table.push([
      strategy,
      ...cells,
      wrong.length === 0 ? 'all kept' : [...new Set(wrong.map(({ law }) => law))].join('\n'),
    ]);
  }
  return table.toString();
}
