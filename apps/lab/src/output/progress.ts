/** Tells what is happening and how long it will still take. */
export interface Progress extends Disposable {
  /** A line that stays. */
  say(line: string): void;
  /** What is happening now; `lastsMs` where that is known. */
  now(what: string, lastsMs?: number): void;
}

const PLAIN_EVERY_MS = 5_000;
const LIVE_EVERY_MS = 200;

const seconds = (ms: number): string => `${Math.max(0, Math.round(ms / 1_000))} s`;

/**
 * On a terminal one line that is kept up to date; elsewhere a plain line for each step and every
 * five seconds. `totalMs` is how long the whole will take, about. Disposing ends its timer.
 */
export function openProgress(out: NodeJS.WriteStream, totalMs: number): Progress {
  const beganMs = Date.now();
  let step:
    | { readonly what: string; readonly beganMs: number; readonly lastsMs: number | undefined }
    | undefined;
  const line = (): string => {
    if (step === undefined) return '';
    const ranMs = Date.now() - step.beganMs;
    const share =
      step.lastsMs === undefined
        ? ''
        : ` ${seconds(Math.min(ranMs, step.lastsMs))} of ${seconds(step.lastsMs)}`;
    return `${step.what}${share}, about ${seconds(totalMs - (Date.now() - beganMs))} left in all`;
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
      step = { what, beganMs: Date.now(), lastsMs };
      draw();
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      wipe();
    },
  };
}
