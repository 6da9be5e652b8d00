import type { RunResult } from '@coupon/results';
import { endingOf, integrityOf, nameOf, successOf } from './figures.js';
import { formatFor } from './format.js';
import { useWords } from './preferences.js';
import type { Words } from './words.js';

/** What happened in a run, in one sentence. */
export function sentenceOf(run: RunResult, { race, locale }: Words): string {
  const { whole, percent } = formatFor(locale);
  const { rows, http, verdict } = run;
  return race.sentence[endingOf(run)]({
    name: nameOf(run),
    granted: whole(http.status['200'] ?? 0),
    rows: whole(rows.issued),
    lost: whole(rows.lostUpdates),
    left: whole(rows.remaining),
    due: whole(rows.total - rows.issued),
    success: percent(successOf(run)),
    perSecond: whole(http.grantsPerS),
    findings:
      verdict.findings.map(({ kind, count }) => `${kind} ${whole(count)}`).join(', ') || '0',
  });
}

/** The runs of a race: a line each. */
export function RunsTable({ runs }: { runs: readonly RunResult[] }) {
  const say = useWords();
  const { whole, percent, duration } = formatFor(say.locale);
  const { table } = say;
  const heads = [
    table.run,
    table.granted,
    table.lost,
    table.success,
    table.integrity,
    table.perSecond,
    table.med,
    table.p95,
    table.requests,
    table.due,
    table.found,
  ];
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={say.race.verdicts}>
      <table class="runs">
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={`${nameOf(run)} ${run.profile}`}>
              <th scope="row">
                {nameOf(run)}
                <small>
                  {run.profile} ·{' '}
                  <span class={`ending ${endingOf(run)}`}>{say.race.ending[endingOf(run)]}</span>
                </small>
              </th>
              <td>{whole(run.http.status['200'] ?? 0)}</td>
              <td class={run.rows.lostUpdates === 0 ? '' : 'bad'}>{whole(run.rows.lostUpdates)}</td>
              <td>{percent(successOf(run))}</td>
              <td>{percent(integrityOf(run))}</td>
              <td>{whole(run.http.grantsPerS)}</td>
              <td>{duration(run.http.latencyMs.med)}</td>
              <td>{duration(run.http.latencyMs.p95)}</td>
              <td>{whole(run.http.requests)}</td>
              <td>{whole(run.rows.total - run.rows.issued)}</td>
              <td>{whole(run.rows.remaining)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
