import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { GuaranteeName, Guarantees } from '@coupon/application';
import Table from 'cli-table3';
import { z } from 'zod';
import { against, findings, type ScenarioReport } from './examine.js';
import { attackedGuarantees, invariantNames } from './invariants.js';

const verdict = z.object({
  declared: z.boolean(),
  /** Which trial broke it, and how; null: none could. */
  brokenBy: z.object({ trial: z.string(), law: z.string(), what: z.string() }).nullable(),
});

/** One strategy's line of the matrix, as it is written to a file. */
export const lineSchema = z.object({
  strategy: z.string(),
  /** By the name of a guarantee: those that the scenarios attack. */
  guarantees: z.record(z.string(), verdict),
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
  const judged = (name: GuaranteeName): z.infer<typeof verdict> => {
    const [first = null] = against(name, reports);
    return { declared: guarantees[name], brokenBy: first };
  };
  return {
    strategy,
    guarantees: Object.fromEntries(attackedGuarantees.map((name) => [name, judged(name)])),
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
    head: ['strategy', ...attackedGuarantees, 'laws'],
    style: { head: [], border: [] },
  });
  for (const { strategy, guarantees, findings: wrong } of lines) {
    const cells = attackedGuarantees.map((name) => {
      const judged = guarantees[name];
      if (judged === undefined) return 'not attacked';
      const { declared, brokenBy } = judged;
      if (declared) return brokenBy === null ? 'held' : `BROKEN by ${brokenBy.trial}`;
      return brokenBy === null ? 'TOO MODEST' : `no: ${brokenBy.trial}`;
    });
    table.push([
      strategy,
      ...cells,
      wrong.length === 0 ? 'all kept' : [...new Set(wrong.map(({ law }) => law))].join('\n'),
    ]);
  }
  return table.toString();
}
