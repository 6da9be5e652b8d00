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
  const [playing, setPlaying] = useState(false);
  const [reachedMs, setReachedMs] = useState(0);
  useEffect(() => {
    if (!playing) return undefined;
    const beganMs = performance.now();
    const speed = Math.max(1, spanMs / LASTS_MAX_MS);
    let frame = requestAnimationFrame(function draw() {
      const nowMs = (performance.now() - beganMs) * speed;
      if (nowMs > spanMs) return setPlaying(false);
      setReachedMs(nowMs);
      frame = requestAnimationFrame(draw);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing, spanMs]);
  // A frame may still come after the end was asked for; it must not start the replay again.
  const elapsedMs = playing ? reachedMs : Infinity;
  const toggle = (): void => {
    setReachedMs(0);
    setPlaying(!playing);
  };
  return { playing, elapsedMs, toggle };
}
