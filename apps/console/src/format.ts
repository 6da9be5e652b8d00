/** Figures as this reader writes them. */
export interface Format {
  readonly whole: (value: number) => string;
  /** A share between 0 and 1; null: there is nothing to have a share of. */
  readonly percent: (share: number | null) => string;
  readonly duration: (ms: number) => string;
  readonly when: (iso: string) => string;
}

/** Formats for a locale. */
export function formatFor(locale: string): Format {
  const wholes = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const whens = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  return {
    whole: (value) => wholes.format(value),
    percent: (share) => (share === null ? '–' : `${(100 * share).toFixed(2)}\u00a0%`),
    duration: (ms) =>
      ms < 1_000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1_000).toFixed(2)} s`,
    when: (iso) => whens.format(new Date(iso)),
  };
}
