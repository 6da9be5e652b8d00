import { catalog, type ServiceName } from './catalog.js';

/** An expected failure to provide a service. The message is for the user and needs no stack. */
export class ServiceError extends Error {
  override readonly name: string = 'ServiceError';
}

/**
 * Some services are neither configured nor found nor installable. The message lists, for each, the
 * ways to provide it.
 */
export class ServiceMissing extends ServiceError {
  override readonly name = 'ServiceMissing';

  /** `attempts`: what was tried and why it failed, one sentence each. */
  constructor(
    readonly missing: readonly ServiceName[],
    attempts: readonly string[],
  ) {
    const remedies = missing.flatMap((name) => [
      `${name} is missing. Any one of these provides it:`,
      ...catalog[name].remedies.map((line) => `  ${line}`),
    ]);
    super([...remedies, ...attempts].join('\n'));
  }
}

/** An error's message; drivers leave the message of a refused connection empty and set a code. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
