/** One wrong setting: which variable, what stood there, what is allowed. */
export interface ConfigFault {
  readonly variable: string;
  readonly value: string;
  readonly allowed: string;
}

/** Everything that is wrong with a configuration, all at once. */
export class ConfigFaults extends Error {
  override readonly name = 'ConfigFaults';

  constructor(readonly faults: readonly ConfigFault[]) {
    super(
      faults
        .map(({ variable, value, allowed }) => `${variable}=${value}: must be ${allowed}`)
        .join('\n'),
    );
  }
}

/** Environment variables, as `process.env` holds them. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads typed settings. A missing or empty variable takes its default; a wrong one is noted and the
 * default stands in until the end.
 */
export class SettingsReader {
  readonly faults: ConfigFault[] = [];

  constructor(private readonly env: Env) {}

  /**
   * A whole number from `min` to `max`, both included, in the unit that the variable's name ends
   * with.
   */
  integer(
    variable: string,
    {
      fallback,
      min,
      max,
    }: { readonly fallback: number; readonly min: number; readonly max: number },
  ): number {
    const raw = this.env[variable];
    if (raw === undefined || raw === '') return fallback;
    const value = Number(raw);
    if (/^\d{1,15}$/.test(raw) && value >= min && value <= max) return value;
    return this.fault(variable, raw, `a whole number from ${min} to ${max}`, fallback);
  }

  /** `true` or `false`. */
  flag(variable: string, fallback: boolean): boolean {
    return this.oneOf(variable, ['true', 'false'], fallback ? 'true' : 'false') === 'true';
  }

  /** One of the listed words. */
  oneOf<Word extends string>(variable: string, words: readonly Word[], fallback: Word): Word {
    const raw = this.env[variable];
    if (raw === undefined || raw === '') return fallback;
    return (
      words.find((word) => word === raw) ??
      this.fault(variable, raw, `one of ${words.join(', ')}`, fallback)
    );
  }

  /**
   * A text that `accepts`; `allowed` says in words which ones that are. `secret` keeps its value
   * out of the fault.
   */
  text(
    variable: string,
    {
      fallback,
      accepts,
      allowed,
      secret = false,
    }: {
      readonly fallback: string;
      readonly accepts: (value: string) => boolean;
      readonly allowed: string;
      readonly secret?: boolean;
    },
  ): string {
    const raw = this.env[variable];
    const value = raw === undefined || raw === '' ? fallback : raw;
    return accepts(value)
      ? value
      : this.fault(variable, secret && value !== '' ? '(hidden)' : value, allowed, fallback);
  }

  /** Notes a fault that concerns more than one variable; `read` throws it with the others. */
  fault<T>(variable: string, value: string, allowed: string, fallback: T): T {
    this.faults.push({ variable, value, allowed });
    return fallback;
  }
}

/** Builds settings from `env`. Throws ConfigFaults with all that is wrong, not only the first. */
export function readSettings<Settings>(
  env: Env,
  build: (read: SettingsReader) => Settings,
): Settings {
  const reader = new SettingsReader(env);
  const settings = build(reader);
  if (reader.faults.length > 0) throw new ConfigFaults(reader.faults);
  return settings;
}
