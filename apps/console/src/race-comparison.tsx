import type { OpenedRace } from '@coupon/results';
import { compareRuns, type ComparedFigure } from '@coupon/checker';
import { useQuery } from './queries.js';
import { formatFor } from './format.js';
import { openedRace } from './lab.js';
import { useWords } from './preferences.js';
import { hrefTo } from './route.js';

/** Two races side by side, the earlier one first: what changed, and what only looks so. */
export function RaceComparison({ before, after }: { before: string; after: string }) {
  const { results: say, locale } = useWords();
  const { when } = formatFor(locale);
  const both = useQuery(
    () => Promise.all([openedRace(before), openedRace(after)]),
    `${before} ${after}`,
  );
  return (
    <section>
      <p>
        <a href={hrefTo('results')}>← {say.back}</a>
      </p>
      {both.fault === null ? null : (
        <p class="fault" role="alert">
          {both.fault}
        </p>
      )}
      {both.value !== undefined && (
        <>
          <h1>
            {when(both.value[0].environment.startedAt)} {say.against}{' '}
            {when(both.value[1].environment.startedAt)}
          </h1>
          <Differences before={both.value[0]} after={both.value[1]} />
        </>
      )}
    </section>
  );
}

function Differences({ before, after }: { before: OpenedRace; after: OpenedRace }) {
  const { results: say } = useWords();
  const { figures, facts, onlyBefore, onlyAfter } = compareRuns(before.runs, after.runs);
  const groups = [...new Set(figures.map(({ group }) => group))];
  return (
    <>
      <p class="lead">
        {figures.some(({ verdict }) => verdict === 'too few') ? say.tooFew : say.beyondNoise}
      </p>
      {facts.length > 0 && (
        <ul lang="en">
          {facts.map(({ group, text, worse }) => (
            <li key={`${group} ${text}`} class={worse ? 'bad' : ''}>
              <b>{group}</b>: {text}
            </li>
          ))}
        </ul>
      )}
      {groups.map((group) => (
        <Group key={group} name={group} figures={figures.filter((one) => one.group === group)} />
      ))}
      {[...onlyBefore, ...onlyAfter].length > 0 && (
        <p class="muted">
          {say.only}: {[...onlyBefore, ...onlyAfter].join('; ')}
        </p>
      )}
    </>
  );
}

const shown = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const percent = (ratio: number): string =>
  `${ratio >= 1 ? '+' : '−'}${Math.abs(100 * (ratio - 1)).toFixed(1)}\u00a0%`;

function Group({ name, figures }: { name: string; figures: readonly ComparedFigure[] }) {
  const { results: say } = useWords();
  return (
    <div class="card">
      <h2>{name}</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label={name}>
        <table>
          <thead>
            <tr>
              <th scope="col">{say.figure}</th>
              <th scope="col">{say.before}</th>
              <th scope="col">{say.after}</th>
              <th scope="col">{say.change}</th>
              <th scope="col">{say.interval}</th>
              <th scope="col">{say.judged}</th>
            </tr>
          </thead>
          <tbody>
            {figures.map(({ measure, before, after, ratio, verdict }) => (
              <tr key={measure}>
                <th scope="row">{measure}</th>
                <td>{shown(before)}</td>
                <td>{shown(after)}</td>
                <td>{percent(ratio.median)}</td>
                <td>
                  {verdict === 'too few' ? '' : `${percent(ratio.low)} … ${percent(ratio.high)}`}
                </td>
                <td class={verdict === 'worse' ? 'bad' : ''}>{say.verdict[verdict]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
