import type { OpenedRace, Run } from '@coupon/contract';
import { useAsked } from './asking.js';
import { endingOf, integrityOf, medianOf, successOf } from './figures.js';
import { formatFor } from './format.js';
import { openedRace } from './lab.js';
import { useWords } from './preferences.js';
import { hrefTo } from './route.js';

/** Runs of one strategy under one load, in each of two races. */
interface Pair {
  readonly name: string;
  readonly before: readonly Run[];
  readonly after: readonly Run[];
}

const keyOf = ({ strategy, profile, instances }: Run): string => `${strategy}${instances > 1 ? ` × ${instances}` : ''} · ${profile}`;

const pairsOf = (before: OpenedRace, after: OpenedRace): readonly Pair[] => {
  const keys = [...new Set([...before.runs, ...after.runs].map(keyOf))];
  return keys.map((key) => ({ name: key, before: before.runs.filter((run) => keyOf(run) === key), after: after.runs.filter((run) => keyOf(run) === key) }));
};

/** Two races side by side, the earlier one first: what both ran is set against each other, medians where there are repeats. */
export function RaceComparison({ before, after }: { before: string; after: string }) {
  const { results: say, locale } = useWords();
  const { when } = formatFor(locale);
  const both = useAsked(() => Promise.all([openedRace(before), openedRace(after)]), `${before} ${after}`);
  return (
    <section>
      <p><a href={hrefTo('results')}>← {say.back}</a></p>
      {both.fault === null ? null : <p class="fault" role="alert">{both.fault}</p>}
      {both.value !== undefined && (
        <>
          <h1>{when(both.value[0].environment.startedAt)} {say.against} {when(both.value[1].environment.startedAt)}</h1>
          <p class="muted">{say.oneRun}</p>
          {pairsOf(...both.value).map((pair) => <Compared key={pair.name} {...pair} />)}
        </>
      )}
    </section>
  );
}

function Compared({ name, before, after }: Pair) {
  const say = useWords();
  const { whole, percent, duration } = formatFor(say.locale);
  if (before.length === 0 || after.length === 0) return <div class="card"><h2>{name}</h2><p class="muted">{say.results.only}</p></div>;
  const lines: readonly (readonly [string, (run: Run) => number, (value: number) => string])[] = [
    [say.table.perSecond, (run) => run.http.grantsPerS, whole],
    [say.table.requests, (run) => run.http.requests, whole],
    [say.table.med, (run) => run.http.latencyMs.med, duration],
    [say.table.p95, (run) => run.http.latencyMs.p95, duration],
    [say.table.success, (run) => successOf(run) ?? 1, percent],
    [say.table.integrity, (run) => integrityOf(run) ?? 1, percent],
    [say.table.lost, (run) => run.rows.lostUpdates, whole],
  ];
  const verdicts = (runs: readonly Run[]): string => [...new Set(runs.map((run) => say.race.ending[endingOf(run)]))].join(', ');
  return (
    <div class="card">
      <h2>{name}</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label={name}>
        <table>
          <thead><tr><td /><th scope="col">1</th><th scope="col">2</th><th scope="col">{say.results.change}</th></tr></thead>
          <tbody>
            <tr><th scope="row">{say.table.verdict}</th><td>{verdicts(before)}</td><td>{verdicts(after)}</td><td /></tr>
            {lines.map(([label, figure, shown]) => {
              const [one, two] = [medianOf(before.map(figure)), medianOf(after.map(figure))];
              return <tr key={label}><th scope="row">{label}</th><td>{shown(one)}</td><td>{shown(two)}</td><td>{changeOf(one, two)}</td></tr>;
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}

const changeOf = (one: number, two: number): string => (one === two ? '=' : one === 0 ? '' : `${two > one ? '+' : '−'}${Math.abs((100 * (two - one)) / one).toFixed(1)} %`);
