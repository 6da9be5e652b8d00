import { plugins } from '@coupon/strategies';
import { InvalidArgumentError } from 'commander';

/** A command's exit code: 0 only if everything is as it should be. */
export type ExitCode = 0 | 1;

/** What every command is given. */
export interface CommandContext {
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** Waits for a command and sets the process's exit code. */
  readonly finish: (work: ExitCode | Promise<ExitCode>) => Promise<void>;
}

/** The built-in strategies as `--help` lists them. */
export const strategyNames: string = plugins.map(({ name }) => name).join(', ');

/** Parses the value of an option as a whole number from `min` to `max`. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    if (/^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}.`);
  };

/** Writes a line to standard output. */
export const printLine = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
