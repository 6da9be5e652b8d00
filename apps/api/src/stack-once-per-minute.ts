const MINUTE_MS = 60_000;
/** Places remembered at the same time. */
const PLACES_MAX = 1_000;

/**
 * Returns a function that makes an error fit for the log: the error itself, which is logged with
 * its stack, or only its name and message where one from the same place was returned as it is less
 * than a minute ago. A failure that repeats with every request must not fill the disk. Anything but
 * an error is returned unchanged.
 */
export function stackOncePerMinute(
  nowMs: () => number = () => performance.now(),
): (error: unknown) => unknown {
  const shownAtMs = new Map<string, number>();
  return (error) => {
    if (!(error instanceof Error)) return error;
    const place = placeOf(error);
    const isRecent = nowMs() - (shownAtMs.get(place) ?? -Infinity) < MINUTE_MS;
    if (isRecent) return `${error.name}: ${error.message}`;
    if (shownAtMs.size >= PLACES_MAX) shownAtMs.clear();
    shownAtMs.set(place, nowMs());
    return error;
  };
}

/** Where the error was made, and its causes: without the messages, which may name the claim. */
const placeOf = (error: Error): string => {
  const [frame = ''] = /^\s+at .*$/m.exec(error.stack ?? '') ?? [];
  const cause = error.cause instanceof Error ? placeOf(error.cause) : '';
  return `${error.name} ${frame}\n${cause}`;
};
