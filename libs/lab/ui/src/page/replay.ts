import { useEffect, useState } from 'preact/hooks';

/** A replay: all runs at the same time after their starts. */
export interface Replay {
  readonly isPlaying: boolean;
  /** Infinity when nothing is replayed: the newest figures. */
  readonly elapsedMs: number;
  readonly toggle: () => void;
}

/** A longer race is replayed faster. */
const DURATION_MAX_MS = 12_000;

/** Replays `spanMs` in real time, or faster where that would take too long. */
export function useReplay(spanMs: number): Replay {
  const [isPlaying, setIsPlaying] = useState(false);
  const [reachedMs, setReachedMs] = useState(0);
  useEffect(() => {
    if (!isPlaying) return undefined;
    const beganMs = performance.now();
    const speed = Math.max(1, spanMs / DURATION_MAX_MS);
    let frame = requestAnimationFrame(function draw() {
      const nowMs = (performance.now() - beganMs) * speed;
      if (nowMs > spanMs) {
        setIsPlaying(false);
        return;
      }
      setReachedMs(nowMs);
      frame = requestAnimationFrame(draw);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, spanMs]);
  // A frame may still be drawn after the end; it must not start the replay again.
  const elapsedMs = isPlaying ? reachedMs : Infinity;
  const toggle = (): void => {
    setReachedMs(0);
    setIsPlaying(!isPlaying);
  };
  return { isPlaying, elapsedMs, toggle };
}
