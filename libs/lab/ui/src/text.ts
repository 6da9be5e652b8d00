/** The languages of page and report. */
export const languages = ['en', 'ko'] as const;
/** One of {@link languages}. */
export type Language = (typeof languages)[number];

/** A text in each language. */
export type Text = Readonly<Record<Language, string>>;

/** A text that is the same in every language, such as a name or a figure. */
export const sameText = (text: string): Text => ({ en: text, ko: text });

/** A text made in each language by `make`. */
export const textOf = (make: (language: Language) => string): Text => ({
  en: make('en'),
  ko: make('ko'),
});
