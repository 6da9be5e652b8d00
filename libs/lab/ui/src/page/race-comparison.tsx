import { compareRuns, type ComparedFigure } from '@coupon/checker';
import type { OpenedRace } from '@coupon/results';
import { useContext } from 'preact/hooks';
import { DataTable } from '../components/data-table.js';
import { Fault } from '../components/fault.js';
import { dateTime } from '../format.js';
import { messages } from '../messages/catalogue.js';
import { PreferencesContext, useText } from '../preferences.js';
import { sameText } from '../text.js';
import { openedRace } from './lab.js';
import { useQuery } from './queries.js';
import { hrefTo } from './route.js';

const { comparison: texts, results } = messages;

/** Two races side by side, the earlier one first: which changes exceed the noise. */
export function RaceComparison({ before, after }: { before: string; after: string }) {
  const text = useText();
  const { language } = useContext(PreferencesContext);
  const { value: races, fault } = useQuery(
    () => Promise.all([openedRace(before), openedRace(after)]),
    `${before} ${after}`,
  );
  return (
    <section>
      <p>
        <a href={hrefTo('results')}>← {text(results.back)}</a>
      </p>
      <Fault message={fault} />
      {races !== undefined && (
        <>
          <h1>
            {dateTime(races[0].environment.startedAt, language)} {text(results.against)}{' '}
            {dateTime(races[1].environment.startedAt, language)}
          </h1>
          <Differences before={races[0]} after={races[1]} />
        </>
      )}
    </section>
  );
}

function Differences({ before, after }: { before: OpenedRace; after: OpenedRace }) {
  const text = useText();
  const { figures, facts, onlyBefore, onlyAfter } = compareRuns(before.runs, after.runs);
  const groups = [...new Set(figures.map(({ group }) => group))];
  const unmatched = [...onlyBefore, ...onlyAfter];
  return (
    <>
      <p class="lead">
        {text(figures.some(({ verdict }) => verdict === 'too few') ? texts.tooFew : texts.about)}
      </p>
      {facts.length > 0 && (
        <ul lang="en">
          {facts.map(({ group, text: fact, worse }) => (
            <li key={`${group} ${fact}`} class={worse ? 'bad' : ''}>
              <b>{group}</b>: {fact}
            </li>
          ))}
        </ul>
      )}
      {groups.map((group) => (
        <Group key={group} name={group} figures={figures.filter((one) => one.group === group)} />
      ))}
      {unmatched.length > 0 && (
        <p class="muted">
          {text(results.only)}: {unmatched.join('; ')}
        </p>
      )}
    </>
  );
}

const figureText = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value.toPrecision(3);
const changeText = (ratio: number): string =>
  `${ratio >= 1 ? '+' : '−'}${Math.abs(100 * (ratio - 1)).toFixed(1)} %`;

function Group({ name, figures }: { name: string; figures: readonly ComparedFigure[] }) {
  const text = useText();
  return (
    <div class="card">
      <h2>{name}</h2>
      <DataTable
        label={sameText(name)}
        head={[
          texts.figure,
          texts.before,
          texts.after,
          texts.change,
          texts.interval,
          texts.beyondNoise,
        ]}
        rows={figures.map(({ measure, before, after, ratio, verdict }) => [
          measure,
          figureText(before),
          figureText(after),
          changeText(ratio.median),
          verdict === 'too few' ? '' : `${changeText(ratio.low)} … ${changeText(ratio.high)}`,
          <span class={verdict === 'worse' ? 'bad' : ''}>{text(texts.verdict[verdict])}</span>,
        ])}
      />
    </div>
  );
}
