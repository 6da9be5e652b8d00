import { useEffect, useState } from 'preact/hooks';

/** All lanes at the same time after their starts, running again. */
export interface Replay {
  readonly playing: boolean;
  /** Infinity when nothing is replayed: the lanes as they stand. */
  readonly elapsedMs: number;
  readonly toggle: () => void;
}

/** However long the race was. */
const LASTS_MAX_MS = 12_000;

/** Replays `spanMs` in real time, or faster where that would take too long. */
export function useReplay(spanMs: number): Replay {
  const [elapsedMs, setElapsedMs] = useState(Infinity);
  const playing = elapsedMs !== Infinity;
  useEffect(() => {
    if (!playing) return undefined;
    const beganMs = performance.now();
    const speed = Math.max(1, spanMs / LASTS_MAX_MS);
    let frame = requestAnimationFrame(function draw() {
      const reachedMs = (performance.now() - beganMs) * speed;
      setElapsedMs(reachedMs > spanMs ? Infinity : reachedMs);
      if (reachedMs <= spanMs) frame = requestAnimationFrame(draw);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing, spanMs]);
  return { playing, elapsedMs, toggle: () => setElapsedMs(playing ? Infinity : 0) };
}
