import { guaranteeNames, guarantees, type Choices, type GuaranteeName } from '@coupon/results';
import { useContext } from 'preact/hooks';
import { useQuery } from './queries.js';
import { strategyHtml } from './lab.js';
import { PreferencesContext, useWords } from './preferences.js';
import { hrefTo } from './route.js';
import type { Words } from './words.js';

type Strategy = Choices['strategies'][number];

/** All strategies with what they declare, or one with its page. */
export function StrategiesView({
  name,
  choices,
}: {
  name: string | undefined;
  choices: Choices | undefined;
}) {
  const { strategies: say } = useWords();
  const { language } = useContext(PreferencesContext);
  const one = choices?.strategies.find((strategy) => strategy.name === name);
  if (one !== undefined) return <OnePage strategy={one} />;
  return (
    <section>
      <h1>{say.heading}</h1>
      <p class="lead">{say.lead}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={say.heading}>
        <table class="matrix">
          <thead>
            <tr>
              <th scope="col">{say.strategy}</th>
              <th scope="col">{say.apart}</th>
              {guaranteeNames.map((guarantee) => (
                <th key={guarantee} scope="col">
                  {guarantees[guarantee].title[language]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {choices?.strategies.map((strategy) => (
              <tr key={strategy.name}>
                <th scope="row">
                  <a href={hrefTo('strategies', strategy.name)}>{strategy.name}</a>
                </th>
                <td class="words">{strategy.about[language]}</td>
                {guaranteeNames.map((guarantee) => (
                  <td key={guarantee}>
                    <Declared say={say} strategy={strategy} guarantee={guarantee} brief />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** What a strategy declares, and what became of it under attack. */
function Declared({
  say,
  strategy,
  guarantee,
  brief = false,
}: {
  say: Words['strategies'];
  strategy: Strategy;
  guarantee: GuaranteeName;
  brief?: boolean;
}) {
  const yes = strategy.guarantees[guarantee];
  const broken = strategy.attacked?.[guarantee];
  const attack =
    broken === undefined
      ? say.notAttacked
      : broken === null
        ? say.attackedHeld
        : say.attackedBroke(broken);
  return (
    <>
      <b class={yes && (broken ?? null) === null ? 'yes' : 'no'}>{yes ? say.yes : say.no}</b>
      <small class={brief && broken === undefined ? 'hidden' : ''}>{attack}</small>
    </>
  );
}

function OnePage({ strategy }: { strategy: Strategy }) {
  const words = useWords();
  const { strategies: say } = words;
  const page = useQuery(
    () => (strategy.hasPage ? strategyHtml(strategy.name) : Promise.resolve(null)),
    strategy.name,
  );
  return (
    <article class="page">
      <p>
        <a href={hrefTo('strategies')}>← {say.heading}</a>
      </p>
      <div class="actions">
        <a class="button primary" href={hrefTo('race', strategy.name)}>
          {say.race}
        </a>
        {strategy.explorable && (
          <a class="button" href={hrefTo('schedules', strategy.name, '2')}>
            {say.schedules}
          </a>
        )}
      </div>
      <dl class="promises">
        {guaranteeNames.map((guarantee) => (
          <div key={guarantee}>
            <dt>{guarantees[guarantee].title[language]}</dt>
            <dd>
              <Declared say={say} strategy={strategy} guarantee={guarantee} />
            </dd>
          </div>
        ))}
      </dl>
      {page.fault === null ? null : (
        <p class="fault" role="alert">
          {page.fault}
        </p>
      )}
      {/* Made by the lab from this repository's own docs. */}
      {typeof page.value === 'string' ? (
        <div class="prose" lang="en" dangerouslySetInnerHTML={{ __html: page.value }} />
      ) : page.value === null ? (
        <h1>{strategy.name}</h1>
      ) : null}
      {page.value === null && <p>{say.noPage}</p>}
    </article>
  );
}
