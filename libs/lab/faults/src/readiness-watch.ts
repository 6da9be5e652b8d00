import { setTimeout as sleep } from 'node:timers/promises';
import { clock } from './clock.js';
import type { ApiInstance } from './instance.js';

/** What an API process said of itself at a time of the lab's clock. */
export interface ReadinessSample {
  readonly api: number;
  readonly atMs: number;
  readonly isReady: boolean;
}

const EVERY_MS = 250;
const ANSWER_MS = 2_000;

/** Asks every API process whether it is ready, until it is disposed. No answer means no. */
export class ReadinessWatch implements AsyncDisposable {
  readonly samples: ReadinessSample[] = [];
  private readonly end = new AbortController();
  private readonly running: Promise<unknown>;

  constructor(apis: readonly ApiInstance[]) {
    this.running = Promise.all(apis.map((api, n) => this.watch(n, api.url)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end.abort();
    await this.running;
  }

  private async watch(api: number, url: string): Promise<void> {
    while (!this.end.signal.aborted) {
      this.samples.push({ api, isReady: await this.ask(url), atMs: clock.monotonicMs() });
      await sleep(EVERY_MS);
    }
  }

  private async ask(url: string): Promise<boolean> {
    try {
      const signal = AbortSignal.any([this.end.signal, AbortSignal.timeout(ANSWER_MS)]);
      const response = await fetch(`${url}/readyz`, { signal });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }
}

/** Where no claim could be granted for this long, no process may call itself ready. */
const UNREADY_AFTER_MS = 5_000;
/** A check of readiness takes up to a second, and is asked for four times in one. */
const NOTICE_MS = 1_500;

/**
 * The longest time for which a process called itself ready, though no claim had been granted for
 * 5 s. `grantTimesMs` ascending, from the first grant on; the load lasted until `untilMs`.
 */
export function falselyReadyMs(
  samples: readonly ReadinessSample[],
  grantTimesMs: readonly number[],
  untilMs: number,
): number {
  const ends = [...grantTimesMs.slice(1), untilMs];
  const spans = grantTimesMs.map((fromMs, n) => ({
    fromMs: fromMs + UNREADY_AFTER_MS + NOTICE_MS,
    toMs: ends[n] ?? untilMs,
  }));
  const apis = new Set(samples.map(({ api }) => api));
  const longest = [...apis].flatMap((api) =>
    spans
      .filter(({ fromMs, toMs }) => fromMs < toMs)
      .map(({ fromMs, toMs }) =>
        longestReadyMs(
          samples.filter((one) => one.api === api && one.atMs >= fromMs && one.atMs <= toMs),
        ),
      ),
  );
  return Math.round(Math.max(0, ...longest));
}

/** The longest time between two samples that have only ready ones between them. */
function longestReadyMs(samples: readonly ReadinessSample[]): number {
  let longestMs = 0;
  let sinceMs: number | null = null;
  for (const { isReady, atMs } of samples) {
    sinceMs = isReady ? (sinceMs ?? atMs) : null;
    if (sinceMs !== null) longestMs = Math.max(longestMs, atMs - sinceMs);
  }
  return longestMs;
}
