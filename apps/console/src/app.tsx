import { choices } from './lab.js';
import { useQuery } from './queries.js';
import favicon from './favicon.svg';
import { useLive } from './live.js';
import { PreferencesContext, themeAfter, usePreferences, type Preferences } from './preferences.js';
import { RaceView } from './race-view.js';
import { ResultsView } from './results-view.js';
import { hrefTo, useRoute } from './route.js';
import { SchedulesView } from './schedules-view.js';
import { StrategiesView } from './strategies-view.js';
import { words, type Words } from './words.js';

const tabs = ['race', 'results', 'schedules', 'strategies'] as const;
type Tab = (typeof tabs)[number];

const tabOf = (name: string | undefined): Tab => tabs.find((tab) => tab === name) ?? 'race';

/**
 * The whole page: it listens to the lab wherever the reader is, so that a race goes on beside what
 * is read.
 */
export function App() {
  const preferences = usePreferences();
  const live = useLive();
  const [place, ...parts] = useRoute();
  const tab = tabOf(place);
  const say = words[preferences.language];
  const chosen = useQuery(choices, tab);
  return (
    <PreferencesContext.Provider value={preferences}>
      <a class="skip" href="#content" onClick={skip}>
        {say.skip}
      </a>
      <Header say={say} tab={tab} preferences={preferences} />
      {live.connected || !live.known ? null : (
        <p class="banner" role="status">
          {say.offline}
        </p>
      )}
      <main id="content" tabIndex={-1}>
        {tab === 'race' && <RaceView live={live} choices={chosen.value} wished={parts[0]} />}
        {tab === 'results' && <ResultsView parts={parts} race={live.state.race} />}
        {tab === 'schedules' && (
          <SchedulesView parts={parts} state={live.state} choices={chosen.value} />
        )}
        {tab === 'strategies' && <StrategiesView name={parts[0]} choices={chosen.value} />}
      </main>
    </PreferencesContext.Provider>
  );
}

/** The address behind `#` says where the reader is, so the link must not change it. */
const skip = (event: Event): void => {
  event.preventDefault();
  document.getElementById('content')?.focus();
};

function Header({
  say,
  tab,
  preferences: { language, setLanguage, theme, setTheme },
}: {
  say: Words;
  tab: Tab;
  preferences: Preferences;
}) {
  return (
    <header class="top">
      <a class="brand" href={hrefTo('race')}>
        <img src={favicon} width="24" height="24" alt="" />
        <span>{say.title}</span>
      </a>
      <nav aria-label={say.title}>
        {tabs.map((one) => (
          <a key={one} href={hrefTo(one)} aria-current={one === tab ? 'page' : undefined}>
            {say.tabs[one]}
          </a>
        ))}
      </nav>
      <div class="prefs">
        <button
          type="button"
          class="quiet"
          lang={language === 'en' ? 'ko' : 'en'}
          onClick={() => setLanguage(language === 'en' ? 'ko' : 'en')}
        >
          {say.otherLanguage}
        </button>
        <button
          type="button"
          class="quiet theme"
          aria-label={say.theme[theme]}
          title={say.theme[theme]}
          onClick={() => setTheme(themeAfter(theme))}
        >
          <span class={`disc ${theme}`} aria-hidden="true" />
        </button>
      </div>
    </header>
  );
}
