import type { Bilingual, GuaranteeName } from './guarantees.js';
import { readSettings, type Env, type SettingsReader } from './settings.js';

/** What the documentation says of one environment variable. */
export interface SettingFacts {
  readonly variable: string;
  /** The value where the variable is unset; null: it must be set. */
  readonly default: string | null;
  /** The values that are accepted, in words. */
  readonly allowed: string;
  /** What a number counts, where it is not a plain count: `ms`, `s`. */
  readonly unit?: string;
  readonly about: Bilingual;
  /** The guarantee that the strategy also gives when this flag is true. */
  readonly adds?: GuaranteeName;
}

/** One declared setting: its facts, and how its value is read. */
export interface Setting<Value> extends SettingFacts {
  read(reader: SettingsReader): Value;
}

/**
 * Settings that are declared as data. Called with an environment, it reads them and throws
 * ConfigFaults with all faults at once; called with a reader too, it leaves its faults there.
 */
export interface DeclaredSettings<Settings> {
  (env: Env, reader?: SettingsReader): Settings;
  /** All variables that it reads, in the order of the documentation. */
  readonly declared: readonly SettingFacts[];
}

/** A whole number from `min` to `max`, both included. */
export const integer = (
  variable: string,
  {
    default: fallback,
    min,
    max,
    ...facts
  }: Pick<SettingFacts, 'about' | 'unit'> & {
    readonly default: number;
    readonly min: number;
    readonly max: number;
  },
): Setting<number> => ({
  variable,
  default: String(fallback),
  allowed: `${min} to ${max}`,
  ...facts,
  read: (reader) => reader.integer(variable, { fallback, min, max }),
});

/** `true` or `false`. */
export const flag = (
  variable: string,
  {
    default: fallback,
    ...facts
  }: Pick<SettingFacts, 'about' | 'adds'> & { readonly default: boolean },
): Setting<boolean> => ({
  variable,
  default: String(fallback),
  allowed: 'true, false',
  ...facts,
  read: (reader) => reader.flag(variable, fallback),
});

/** One of `words`; a function gives them where they are known only later than the declaration. */
export const oneOf = <Word extends string>(
  variable: string,
  {
    default: fallback,
    words,
    about,
  }: Pick<SettingFacts, 'about'> & {
    readonly default: NoInfer<Word>;
    readonly words: readonly Word[] | (() => readonly Word[]);
  },
): Setting<Word> => {
  const known = (): readonly Word[] => (typeof words === 'function' ? words() : words);
  return {
    variable,
    default: fallback,
    get allowed() {
      return known().join(', ');
    },
    about,
    read: (reader) => reader.oneOf(variable, known(), fallback),
  };
};

/** A text that `accepts`; `allowed` describes those. The value of a `secret` is never shown. */
export const text = (
  variable: string,
  {
    default: fallback,
    accepts,
    allowed,
    secret = false,
    about,
  }: Pick<SettingFacts, 'about' | 'allowed' | 'default'> & {
    readonly accepts: (value: string) => boolean;
    readonly secret?: boolean;
  },
): Setting<string> => ({
  variable,
  default: fallback,
  allowed,
  about,
  read: (reader) => reader.text(variable, { fallback: fallback ?? '', accepts, allowed, secret }),
});

/** Declares settings: one entry for each field. */
export function defineSettings<Settings extends object>(shape: {
  readonly [Field in keyof Settings]: Setting<Settings[Field]>;
}): DeclaredSettings<Settings> {
  const declared = Object.values<Setting<unknown>>(shape);
  const build = (reader: SettingsReader): Settings => {
    const values: Partial<Settings> = {};
    for (const field in shape) values[field] = shape[field].read(reader);
    const isComplete = (read: Partial<Settings>): read is Settings =>
      Object.keys(read).length === declared.length;
    if (!isComplete(values)) throw new Error('a setting without a value');
    return values;
  };
  return declare(declared, build);
}

/**
 * Settings made of declared ones by `derive`, which notes faults that concern more than one
 * variable with the reader.
 */
export const deriveSettings = <Declared, Settings>(
  from: DeclaredSettings<Declared>,
  derive: (settings: Declared, reader: SettingsReader, env: Env) => Settings,
): DeclaredSettings<Settings> =>
  declare(from.declared, (reader, env) => derive(from(env, reader), reader, env));

const declare = <Settings>(
  declared: readonly SettingFacts[],
  build: (reader: SettingsReader, env: Env) => Settings,
): DeclaredSettings<Settings> =>
  Object.assign(
    (env: Env, reader?: SettingsReader): Settings =>
      reader === undefined ? readSettings(env, (own) => build(own, env)) : build(reader, env),
    { declared },
  );
