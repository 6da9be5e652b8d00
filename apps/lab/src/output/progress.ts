/** Shows the current step and the time that is left. */
export interface Progress extends Disposable {
  /** Prints a line. */
  say(line: string): void;
  /** Sets the current step; `lastsMs` is its duration, where that is known. */
  now(what: string, lastsMs?: number): void;
}

const PLAIN_EVERY_MS = 5_000;
const LIVE_EVERY_MS = 200;

const seconds = (ms: number): string => `${Math.max(0, Math.round(ms / 1_000))} s`;

/**
 * On a terminal one line, kept up to date; elsewhere a line for each step and every five seconds.
 * `totalMs` is the approximate duration of all steps. Disposing ends its timer.
 */
export function openProgress(out: NodeJS.WriteStream, totalMs: number): Progress {
  const beganMs = performance.now();
  let step:
    | { readonly what: string; readonly beganMs: number; readonly lastsMs: number | undefined }
    | undefined;
  const line = (): string => {
    if (step === undefined) return '';
    const ranMs = performance.now() - step.beganMs;
    const share =
      step.lastsMs === undefined
        ? ''
        : ` ${seconds(Math.min(ranMs, step.lastsMs))} of ${seconds(step.lastsMs)}`;
    return (
      `${step.what}${share}, about ` +
      `${seconds(totalMs - (performance.now() - beganMs))} left in all`
    );
  };
  const live = out.isTTY;
  const wipe = () => (live ? out.write('\r\x1b[K') : undefined);
  const draw = () => {
    if (step === undefined) return;
    if (live) out.write(`\r\x1b[K${line().slice(0, (out.columns || 80) - 1)}`);
    else out.write(`${line()}\n`);
  };
  const timer = setInterval(draw, live ? LIVE_EVERY_MS : PLAIN_EVERY_MS);
  return {
    say(text) {
      wipe();
      out.write(`${text}\n`);
    },
    now(what, lastsMs) {
      step = { what, beganMs: performance.now(), lastsMs };
      draw();
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      wipe();
    },
  };
}
