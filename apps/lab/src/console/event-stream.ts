import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { applyLive, nothingLive, type LiveEvent, type LiveState } from '@coupon/results';

/** The maximum number of open pages. */
const LISTENERS_MAX = 20;
/** A page that missed more events than this receives the whole state. */
const REMEMBERED_MAX = 1_000;
/** A page with more unread bytes is disconnected; it reconnects and receives the whole state. */
const UNREAD_BYTES_MAX = 8_000_000;
/** Proxies drop silent connections. */
const KEEP_ALIVE_MS = 15_000;

/**
 * The live state and its listeners, as server-sent events. Each event has an id: a page that
 * reconnects with the last id it saw receives only the events it missed, any other the whole state
 * first.
 */
export class EventStream {
  private live: LiveState = nothingLive;
  /** Tells ids of this process from those of an earlier one. */
  private readonly epoch = randomBytes(6).toString('hex');
  private sent = 0;
  private readonly remembered: { readonly n: number; readonly text: string }[] = [];
  private readonly listeners = new Set<ServerResponse>();
  private readonly timer = setInterval(() => this.write(':\n\n'), KEEP_ALIVE_MS).unref();

  /** The current state. */
  get state(): LiveState {
    return this.live;
  }

  /** Applies an event and sends it to all listeners, in the order of the calls. */
  send(event: LiveEvent): void {
    this.live = applyLive(this.live, event);
    this.sent += 1;
    const text = this.textOf(event);
    this.remembered.push({ n: this.sent, text });
    if (this.remembered.length > REMEMBERED_MAX) this.remembered.shift();
    this.write(text);
  }

  /**
   * Adds a listener until its connection closes; false when there are too many. `lastId` is its
   * Last-Event-ID header.
   */
  join(response: ServerResponse, lastId: string | undefined): boolean {
    if (this.listeners.size >= LISTENERS_MAX) return false;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    response.write(
      'retry: 500\n\n' +
        (this.missedSince(lastId) ?? this.textOf({ kind: 'live', state: this.live })),
    );
    this.listeners.add(response);
    response.on('close', () => this.listeners.delete(response));
    return true;
  }

  /** Disconnects all listeners. */
  close(): void {
    clearInterval(this.timer);
    for (const listener of this.listeners) listener.end();
  }

  private textOf(event: LiveEvent): string {
    return `id: ${this.epoch}-${this.sent}\ndata: ${JSON.stringify(event)}\n\n`;
  }

  /** The events sent after `lastId`; null where they are no longer known. */
  private missedSince(lastId: string | undefined): string | null {
    const [epoch, n] = (lastId ?? '').split('-');
    const last = Number(n);
    const first = this.remembered[0]?.n ?? this.sent + 1;
    if (epoch !== this.epoch || !Number.isInteger(last) || last + 1 < first || last > this.sent)
      return null;
    return this.remembered
      .filter((one) => one.n > last)
      .map(({ text }) => text)
      .join('');
  }

  private write(text: string): void {
    for (const listener of this.listeners) {
      if (listener.writableLength > UNREAD_BYTES_MAX) listener.destroy();
      else listener.write(text);
    }
  }
}
