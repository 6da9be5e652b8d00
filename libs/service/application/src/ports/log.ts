type Fields = Readonly<Record<string, unknown>>;

/** Where the service says what happened, for its operators. No line per success on the hot path. */
export interface Log {
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}
