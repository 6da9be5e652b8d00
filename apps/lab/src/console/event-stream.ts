import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { applyLive, nothingLive, type LiveEvent, type LiveState } from '@coupon/results';

/** Pages at a time; one person has a few. */
const LISTENERS_MAX = 20;
/** A page that was away for longer than this many events is told all from the start. */
const REMEMBERED_MAX = 1_000;
/** So much unread by one page, and it is let go: it comes back by itself, and is told all. */
const UNREAD_BYTES_MAX = 8_000_000;
/** Proxies and laptops drop what is silent. */
const SIGN_OF_LIFE_MS = 15_000;

/**
 * What is live, and everybody who listens to it, as server-sent events. Each event has an id; a
 * page that comes back with the last one it saw is told only what it missed, any other gets the
 * whole state first.
 */
export class EventStream {
  private live: LiveState = nothingLive;
  /** Ids of another process of the lab mean nothing here. */
  private readonly epoch = randomBytes(6).toString('hex');
  private sent = 0;
  private readonly remembered: { readonly n: number; readonly text: string }[] = [];
  private readonly listeners = new Set<ServerResponse>();
  private readonly timer = setInterval(() => this.write(':\n\n'), SIGN_OF_LIFE_MS).unref();

  /** What is so now. */
  get state(): LiveState {
    return this.live;
  }

  /** Makes an event known to all, in the order of the calls. */
  send(event: LiveEvent): void {
    this.live = applyLive(this.live, event);
    this.sent += 1;
    const text = this.textOf(event);
    this.remembered.push({ n: this.sent, text });
    if (this.remembered.length > REMEMBERED_MAX) this.remembered.shift();
    this.write(text);
  }

  /**
   * Lets a page listen until it leaves; false when there are too many. `lastId`: what its
   * Last-Event-ID header says.
   */
  join(response: ServerResponse, lastId: string | undefined): boolean {
    if (this.listeners.size >= LISTENERS_MAX) return false;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    response.write(
      `retry: 500\n\n${this.missedSince(lastId) ?? this.textOf({ kind: 'live', state: this.live })}`,
    );
    this.listeners.add(response);
    response.on('close', () => this.listeners.delete(response));
    return true;
  }

  /** Ends all listening. */
  close(): void {
    clearInterval(this.timer);
    for (const listener of this.listeners) listener.end();
  }

  private textOf(event: LiveEvent): string {
    return `id: ${this.epoch}-${this.sent}\ndata: ${JSON.stringify(event)}\n\n`;
  }

  /** What was sent after `lastId`; null where that is not known any more. */
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
