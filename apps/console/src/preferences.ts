import { createContext } from 'preact';
import { useContext, useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { words, type Language, type Words } from './words.js';

/** Light, dark, or as the system has it. */
export type Theme = 'auto' | 'light' | 'dark';

/** How this reader wants the page. */
export interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  /** What the theme comes to at this moment. */
  readonly isDark: boolean;
  readonly setLanguage: (language: Language) => void;
  readonly setTheme: (theme: Theme) => void;
}

const themes: readonly Theme[] = ['auto', 'light', 'dark'];
const languages: readonly Language[] = ['en', 'ko'];

const kept = <Value extends string>(
  key: string,
  allowed: readonly Value[],
  otherwise: Value,
): Value => allowed.find((value) => value === localStorage.getItem(key)) ?? otherwise;

/** What comes next when the theme's button is pressed. */
export const themeAfter = (theme: Theme): Theme =>
  themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto';

function useSystemIsDark(): boolean {
  const [query] = useState(() => matchMedia('(prefers-color-scheme: dark)'));
  const [isDark, setIsDark] = useState(query.matches);
  useEffect(() => {
    const listen = (): void => setIsDark(query.matches);
    query.addEventListener('change', listen);
    return () => query.removeEventListener('change', listen);
  }, [query]);
  return isDark;
}

/** Keeps the preferences in this browser, and the document's language and theme at them. */
export function usePreferences(): Preferences {
  const [language, setLanguage] = useState<Language>(() =>
    kept('language', languages, navigator.language.startsWith('ko') ? 'ko' : 'en'),
  );
  const [theme, setTheme] = useState<Theme>(() => kept('theme', themes, 'auto'));
  // Before any chart is drawn: those ask the document for their colours.
  useLayoutEffect(() => {
    localStorage.setItem('language', language);
    localStorage.setItem('theme', theme);
    document.documentElement.lang = language;
    document.documentElement.dataset['theme'] = theme;
  }, [language, theme]);
  const systemIsDark = useSystemIsDark();
  return {
    language,
    theme,
    isDark: theme === 'dark' || (theme === 'auto' && systemIsDark),
    setLanguage,
    setTheme,
  };
}

/** The preferences of the page around a component. */
export const PreferencesContext = createContext<Preferences>({
  language: 'en',
  theme: 'auto',
  isDark: false,
  setLanguage: () => undefined,
  setTheme: () => undefined,
});

/** All that the page says, in the reader's language. */
export const useWords = (): Words => words[useContext(PreferencesContext).language];
