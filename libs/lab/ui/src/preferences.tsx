import { createContext, options, type ComponentChildren } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { languages, type Language, type Text } from './text.js';

/** Light, dark, or as the system has it. */
export const themes = ['auto', 'light', 'dark'] as const;
/** One of {@link themes}. */
export type Theme = (typeof themes)[number];

/** What a reader has chosen, and what follows from it. */
export interface Preferences {
  readonly language: Language;
  /** The markup holds both languages and the stylesheet shows one: a report needs no script. */
  readonly isBilingual: boolean;
  readonly theme: Theme;
  /** What the theme comes to at this moment. */
  readonly isDark: boolean;
  /** The page is being printed. */
  readonly isPrinting: boolean;
  readonly setLanguage: (language: Language) => void;
  readonly setTheme: (theme: Theme) => void;
}

const darkScheme = '(prefers-color-scheme: dark)';

/** A choice is kept where the browser lets a page keep anything: one from disk may not. */
const stored = (key: string): string | null => {
  try {
    return localStorage.getItem(`coupon-race.${key}`);
  } catch {
    return null;
  }
};
const store = (key: string, value: string): void => {
  try {
    localStorage.setItem(`coupon-race.${key}`, value);
  } catch {
    // The choice holds for this page view only.
  }
};

const storedLanguage = (): Language =>
  languages.find((one) => one === stored('language')) ??
  (navigator.language.startsWith('ko') ? 'ko' : 'en');
const storedTheme = (): Theme => themes.find((one) => one === stored('theme')) ?? 'auto';

/** The document's language and theme; charts read their colors from it when they are drawn. */
const showLanguage = (language: Language): void => {
  document.documentElement.lang = language;
};
const showTheme = (theme: Theme): void => {
  document.documentElement.dataset['theme'] = theme;
};

/** Renders what `change` changes before it returns: a page is printed right after `beforeprint`. */
function renderAtOnce(change: () => void): void {
  options.debounceRendering = (render) => render();
  change();
  delete options.debounceRendering;
}

/** True from `beforeprint` to `afterprint`. Paper is white, so the light theme is shown. */
function useIsPrinting(theme: Theme): boolean {
  const [isPrinting, setIsPrinting] = useState(false);
  useEffect(() => {
    const show = (isBeginning: boolean) => (): void => {
      showTheme(isBeginning ? 'light' : theme);
      renderAtOnce(() => setIsPrinting(isBeginning));
    };
    const begin = show(true);
    const end = show(false);
    addEventListener('beforeprint', begin);
    addEventListener('afterprint', end);
    return () => {
      removeEventListener('beforeprint', begin);
      removeEventListener('afterprint', end);
    };
  }, [theme]);
  return isPrinting;
}

function useSystemIsDark(): boolean {
  const [isDark, setIsDark] = useState(() => matchMedia(darkScheme).matches);
  useEffect(() => {
    const query = matchMedia(darkScheme);
    const listen = (): void => setIsDark(query.matches);
    query.addEventListener('change', listen);
    return () => query.removeEventListener('change', listen);
  }, []);
  return isDark;
}

/** Keeps the preferences in this browser, and the document's language and theme at them. */
export function usePreferences(isBilingual = false): Preferences {
  const [language, setLanguage] = useState(() => {
    const kept = storedLanguage();
    showLanguage(kept);
    return kept;
  });
  const [theme, setTheme] = useState(() => {
    const kept = storedTheme();
    showTheme(kept);
    return kept;
  });
  const isPrinting = useIsPrinting(theme);
  const systemIsDark = useSystemIsDark();
  return {
    language,
    isBilingual,
    theme,
    isDark: !isPrinting && (theme === 'dark' || (theme === 'auto' && systemIsDark)),
    isPrinting,
    setLanguage(chosen) {
      store('language', chosen);
      showLanguage(chosen);
      setLanguage(chosen);
    },
    setTheme(chosen) {
      store('theme', chosen);
      showTheme(chosen);
      setTheme(chosen);
    },
  };
}

/** The preferences of a document that nobody has chosen anything for yet: a report on disk. */
export const bilingual: Preferences = {
  language: 'en',
  isBilingual: true,
  theme: 'auto',
  isDark: false,
  isPrinting: false,
  setLanguage: () => undefined,
  setTheme: () => undefined,
};

/** The preferences of the page around a component. */
export const PreferencesContext = createContext<Preferences>(bilingual);

/** Picks the reader's language where only plain text can stand; a bilingual page gets both. */
export function useText(): (text: Text) => string {
  const { language, isBilingual } = useContext(PreferencesContext);
  return (text) => {
    if (!isBilingual) return text[language];
    return text.en === text.ko ? text.en : `${text.en} / ${text.ko}`;
  };
}

/** Content in the reader's language; on a bilingual page in both, of which one is visible. */
export function Localized({ in: render }: { in: (language: Language) => ComponentChildren }) {
  const { language, isBilingual } = useContext(PreferencesContext);
  if (!isBilingual) return <>{render(language)}</>;
  return (
    <>
      {languages.map((one) => (
        <div key={one} lang={one}>
          {render(one)}
        </div>
      ))}
    </>
  );
}

/** A text in the reader's language; on a bilingual page in both, of which one is visible. */
export function Message({ text }: { text: Text }) {
  const { language, isBilingual } = useContext(PreferencesContext);
  if (!isBilingual || text.en === text.ko) return <>{text[language]}</>;
  return (
    <>
      {languages.map((one) => (
        <span key={one} lang={one}>
          {text[one]}
        </span>
      ))}
    </>
  );
}
