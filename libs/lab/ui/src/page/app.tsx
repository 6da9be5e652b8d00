import { messages } from '../messages/catalogue.js';
import {
  PreferencesContext,
  themes,
  usePreferences,
  useText,
  type Preferences,
} from '../preferences.js';
import { choices } from './lab.js';
import { FaultsView } from './faults-view.js';
import { useLive } from './live.js';
import { useQuery } from './queries.js';
import { RaceView } from './race-view.js';
import { ResultsView } from './results-view.js';
import { hrefTo, useRoute } from './route.js';
import { SchedulesView } from './schedules-view.js';
import { StrategiesView } from './strategies-view.js';

const tabs = ['race', 'results', 'schedules', 'faults', 'strategies'] as const;
type Tab = (typeof tabs)[number];

const tabOf = (name: string | undefined): Tab => tabs.find((tab) => tab === name) ?? 'race';

/**
 * The whole page, with the address of its icon. It receives the lab's events on every tab, so that
 * a race goes on while something else is read.
 */
export function App({ icon }: { icon: string }) {
  const preferences = usePreferences();
  return (
    <PreferencesContext.Provider value={preferences}>
      <Page icon={icon} preferences={preferences} />
    </PreferencesContext.Provider>
  );
}

function Page({ icon, preferences }: { icon: string; preferences: Preferences }) {
  const text = useText();
  const live = useLive();
  const [place, ...parts] = useRoute();
  const tab = tabOf(place);
  const { value } = useQuery(choices, tab);
  return (
    <>
      <a class="skip" href="#content" onClick={skip}>
        {text(messages.page.skip)}
      </a>
      <Header icon={icon} tab={tab} preferences={preferences} />
      {live.isConnected || !live.isKnown ? null : (
        <p class="banner" role="status">
          {text(messages.page.offline)}
        </p>
      )}
      <main id="content" tabIndex={-1}>
        {tab === 'race' && <RaceView live={live} choices={value} preselected={parts[0]} />}
        {tab === 'results' && <ResultsView parts={parts} race={live.state.race} />}
        {tab === 'schedules' && <SchedulesView parts={parts} state={live.state} choices={value} />}
        {tab === 'faults' && <FaultsView parts={parts} />}
        {tab === 'strategies' && <StrategiesView name={parts[0]} choices={value} />}
      </main>
    </>
  );
}

/** The address behind `#` is the reader's place in the page, so the link must not change it. */
const skip = (event: Event): void => {
  event.preventDefault();
  document.getElementById('content')?.focus();
};

function Header({ icon, tab, preferences }: { icon: string; tab: Tab; preferences: Preferences }) {
  const text = useText();
  const { language, setLanguage, theme, setTheme } = preferences;
  const otherLanguage = language === 'en' ? 'ko' : 'en';
  const nextTheme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto';
  return (
    <header class="top">
      <a class="brand" href={hrefTo('race')}>
        <img src={icon} width="24" height="24" alt="" />
        <span>{text(messages.page.title)}</span>
      </a>
      <nav aria-label={text(messages.page.title)}>
        {tabs.map((one) => (
          <a key={one} href={hrefTo(one)} aria-current={one === tab ? 'page' : undefined}>
            {text(messages.page.tabs[one])}
          </a>
        ))}
      </nav>
      <div class="prefs">
        <button
          type="button"
          class="quiet"
          lang={otherLanguage}
          onClick={() => setLanguage(otherLanguage)}
        >
          {messages.languageNames[otherLanguage]}
        </button>
        <button
          type="button"
          class="quiet theme"
          aria-label={text(messages.page.theme[theme])}
          title={text(messages.page.theme[theme])}
          onClick={() => setTheme(nextTheme)}
        >
          <span class={`disc ${theme}`} aria-hidden="true" />
        </button>
      </div>
    </header>
  );
}
