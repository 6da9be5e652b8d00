import { applyLive, liveEventSchema, nothingLive, type LiveState } from '@coupon/results';
import { useEffect, useState } from 'preact/hooks';

/** The live state, and whether the lab is connected. */
export interface Live {
  readonly state: LiveState;
  readonly isConnected: boolean;
  /** False until the first event. */
  readonly isKnown: boolean;
}

/** The browser gives up on a lab that ended; a new one may start at the same address. */
const RECONNECT_MS = 2_000;

/**
 * Receives the lab's events as long as the page lives. The browser reconnects by itself with the id
 * of the last event, and the lab sends the events since, or the whole state.
 */
export function useLive(): Live {
  const [live, setLive] = useState<Live>({
    state: nothingLive,
    isConnected: false,
    isKnown: false,
  });
  useEffect(() => {
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listen = (): void => {
      source = new EventSource('/api/events');
      source.onmessage = ({ data }) => {
        const event = liveEventSchema.parse(JSON.parse(String(data)));
        setLive(({ state }) => ({
          state: applyLive(state, event),
          isConnected: true,
          isKnown: true,
        }));
      };
      source.onopen = () => setLive((was) => ({ ...was, isConnected: true }));
      source.onerror = () => {
        setLive((was) => ({ ...was, isConnected: false }));
        if (source?.readyState === EventSource.CLOSED) timer = setTimeout(listen, RECONNECT_MS);
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
