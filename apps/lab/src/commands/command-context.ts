import { plugins } from '@coupon/strategies';

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

/** Writes a line to standard output. */
export const printLine = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
