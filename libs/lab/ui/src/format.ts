import { shareOf } from '@coupon/results';
import type { Language } from './text.js';

const wholes = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
const dates: Readonly<Record<Language, Intl.DateTimeFormat>> = {
  en: new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short' }),
  ko: new Intl.DateTimeFormat('ko-KR', { dateStyle: 'medium', timeStyle: 'short' }),
};

/** A count, with commas. English and Korean write it alike. */
export const whole = (value: number): string => wholes.format(Math.round(value));
/** A figure with at most one decimal; a dash for none. */
export const tenth = (value: number | null | undefined): string =>
  value === null || value === undefined ? '-' : tenths.format(value);
/** A share between 0 and 1 as a percentage with two decimals; a dash for a share of nothing. */
export const percent = (share: number | null): string =>
  share === null ? '-' : `${(100 * share).toFixed(2)} %`;
/** `part` of `all` as {@link percent} writes it. */
export const percentOf = (part: number, all: number): string => percent(shareOf(part, all));
/** Milliseconds in the unit that suits them. */
export const duration = (ms: number): string =>
  ms < 1_000 ? `${ms.toFixed(ms < 100 ? 2 : 0)} ms` : `${(ms / 1_000).toFixed(2)} s`;
/** A moment (ISO 8601) in the reader's time zone. */
export const dateTime = (iso: string, language: Language): string =>
  dates[language].format(new Date(iso));
