import { applyLive, liveEventSchema, nothingLive, type LiveState } from '@coupon/results';
import { useEffect, useState } from 'preact/hooks';

/** What is live, and whether the lab is there to say more. */
export interface Live {
  readonly state: LiveState;
  readonly connected: boolean;
  /** False until the lab has said anything. */
  readonly known: boolean;
}

/** The browser gives up on a lab that ended; a new one may come at the same address. */
const ASK_AGAIN_MS = 2_000;

/**
 * Listens for as long as the page lives. The browser comes back by itself with the id of the last
 * event, and the lab tells what was missed, or all.
 */
export function useLive(): Live {
  const [live, setLive] = useState<Live>({ state: nothingLive, connected: false, known: false });
  useEffect(() => {
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listen = (): void => {
      source = new EventSource('/api/events');
      source.onmessage = ({ data }) => {
        const event = liveEventSchema.parse(JSON.parse(String(data)));
        setLive(({ state }) => ({ state: applyLive(state, event), connected: true, known: true }));
      };
      source.onopen = () => setLive((was) => ({ ...was, connected: true }));
      source.onerror = () => {
        setLive((was) => ({ ...was, connected: false }));
        if (source?.readyState === EventSource.CLOSED) timer = setTimeout(listen, ASK_AGAIN_MS);
      };
    };
    listen();
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  }, []);
  return live;
}
