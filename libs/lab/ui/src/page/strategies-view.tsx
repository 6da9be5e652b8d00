import { guaranteeNames, guarantees, type Choices, type GuaranteeName } from '@coupon/results';
import { useContext } from 'preact/hooks';
import { DataTable } from '../components/data-table.js';
import { Fault } from '../components/fault.js';
import { messages } from '../messages/catalogue.js';
import { PreferencesContext, useText } from '../preferences.js';
import { strategyHtml } from './lab.js';
import { useQuery } from './queries.js';
import { hrefTo } from './route.js';

const { strategies: texts } = messages;
type Strategy = Choices['strategies'][number];

/** All strategies with their guarantees, or one with its page. */
export function StrategiesView({
  name,
  choices,
}: {
  name: string | undefined;
  choices: Choices | undefined;
}) {
  const text = useText();
  const { language } = useContext(PreferencesContext);
  const one = choices?.strategies.find((strategy) => strategy.name === name);
  if (one !== undefined) return <StrategyPage strategy={one} />;
  return (
    <section>
      <h1>{text(texts.heading)}</h1>
      <p class="lead">{text(texts.lead)}</p>
      <DataTable
        name="matrix"
        label={texts.heading}
        head={[
          texts.strategy,
          texts.mechanism,
          ...guaranteeNames.map((guarantee) => guarantees[guarantee].title),
        ]}
        rows={(choices?.strategies ?? []).map((strategy) => [
          <a href={hrefTo('strategies', strategy.name)}>{strategy.name}</a>,
          strategy.about[language],
          ...guaranteeNames.map((guarantee) => (
            <Declared strategy={strategy} guarantee={guarantee} isBrief />
          )),
        ])}
      />
    </section>
  );
}

/** Whether a strategy gives a guarantee, and what became of it under attack. */
function Declared({
  strategy,
  guarantee,
  isBrief = false,
}: {
  strategy: Strategy;
  guarantee: GuaranteeName;
  isBrief?: boolean;
}) {
  const text = useText();
  const isGiven = strategy.guarantees[guarantee];
  const brokenBy = strategy.attacked?.[guarantee];
  const attack =
    brokenBy === undefined
      ? texts.notAttacked
      : brokenBy === null
        ? texts.attackedHeld
        : texts.attackedBroke(brokenBy);
  return (
    <>
      <b class={isGiven && (brokenBy ?? null) === null ? 'yes' : 'no'}>
        {text(isGiven ? texts.yes : texts.no)}
      </b>
      <small class={isBrief && brokenBy === undefined ? 'hidden' : ''}>{text(attack)}</small>
    </>
  );
}

function StrategyPage({ strategy }: { strategy: Strategy }) {
  const text = useText();
  const page = useQuery(
    () => (strategy.hasPage ? strategyHtml(strategy.name) : Promise.resolve(null)),
    strategy.name,
  );
  return (
    <article class="page">
      <p>
        <a href={hrefTo('strategies')}>← {text(texts.heading)}</a>
      </p>
      <div class="actions">
        <a class="button primary" href={hrefTo('race', strategy.name)}>
          {text(texts.race)}
        </a>
        {strategy.explorable && (
          <a class="button" href={hrefTo('schedules', strategy.name, '2')}>
            {text(texts.schedules)}
          </a>
        )}
      </div>
      <dl class="guarantees">
        {guaranteeNames.map((guarantee) => (
          <div key={guarantee}>
            <dt title={text(guarantees[guarantee].explanation)}>
              {text(guarantees[guarantee].title)}
            </dt>
            <dd>
              <Declared strategy={strategy} guarantee={guarantee} />
            </dd>
          </div>
        ))}
      </dl>
      <Fault message={page.fault} />
      {/* Made by the lab from this repository's own docs. */}
      {typeof page.value === 'string' && (
        <div class="prose" lang="en" dangerouslySetInnerHTML={{ __html: page.value }} />
      )}
      {page.value === null && (
        <>
          <h1>{strategy.name}</h1>
          <p>{text(texts.noPage)}</p>
        </>
      )}
    </article>
  );
}
