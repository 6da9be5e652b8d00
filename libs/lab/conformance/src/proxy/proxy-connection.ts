import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { framingOf, type Channel, type Message } from './messages.js';

/** A breakpoint that waits for its message: `left` counts down as messages of its label pass. */
export interface ArmedBreakpoint {
  readonly label: string;
  readonly side: 'before' | 'after';
  left: number;
  readonly onCaught: () => void;
  /** The connection that it has stopped. */
  connection: ProxyConnection | null;
}

/** What all connections of a proxy share. */
interface ProxyState {
  readonly breakpoints: Set<ArmedBreakpoint>;
  readonly delaysMs: ReadonlyMap<string, number>;
  onMessage(label: string): void;
  onClose(): void;
}

/** One connection through a proxy. Messages pass in their order, one at a time. */
export class ProxyConnection {
  /** Since when the server has not begun to answer the last message, in epoch milliseconds. */
  unansweredSinceMs: number | null = null;
  private readonly waiting: Message[] = [];
  private readonly heldAnswers: Buffer[] = [];
  private isPassing = false;
  private isStopped = false;
  private isSilent = false;
  private answerBreakpoint: ArmedBreakpoint | null = null;
  /** The message that was held once: it is not held again when the connection resumes. */
  private released: Message | null = null;

  constructor(
    channel: Channel,
    /** Both allow half-open connections: a silent host does not answer an end with an end. */
    private readonly client: Socket,
    private readonly upstream: Socket,
    private readonly proxy: ProxyState,
  ) {
    const framing = framingOf(channel);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true).on('error', () => void socket.destroy());
      socket.on('end', () => {
        if (!this.isSilent) socket.end();
      });
    }
    client.on('data', (chunk: Buffer) => {
      this.waiting.push(...framing(chunk));
      void this.passOn();
    });
    upstream.on('data', (chunk: Buffer) => this.answer(chunk));
    client.on('close', () => {
      if (!this.isStopped) upstream.destroy();
    });
    upstream.on('close', () => {
      if (this.isSilent) return;
      client.destroy();
      proxy.onClose();
    });
  }

  /** Passes nothing any more, for ever: no bytes, and no end of either side. */
  silence(): void {
    this.isStopped = true;
    this.isSilent = true;
  }

  /** Passes on what was stopped. */
  resume(): void {
    if (this.isSilent) return;
    this.isStopped = false;
    for (const chunk of this.heldAnswers.splice(0)) this.client.write(chunk);
    void this.passOn();
  }

  /**
   * Ends both sides, as when the client was killed: the server rolls back what it has not
   * committed.
   */
  cut(): void {
    this.isStopped = true;
    this.client.destroy();
    this.upstream.destroy();
  }

  private async passOn(): Promise<void> {
    if (this.isPassing) return;
    this.isPassing = true;
    for (
      let message = this.waiting[0];
      message !== undefined && !this.isStopped;
      message = this.waiting[0]
    ) {
      if (
        message.label !== null &&
        message !== this.released &&
        (await this.stopsAt(message, message.label))
      )
        break;
      this.waiting.shift();
      if (message.label !== null) this.unansweredSinceMs = performance.now();
      this.upstream.write(message.bytes);
    }
    this.isPassing = false;
  }

  /** Whether the message must wait here. */
  private async stopsAt(message: Message, label: string): Promise<boolean> {
    const { breakpoints, delaysMs } = this.proxy;
    const hit = [...breakpoints].find((one) => one.label === label && (one.left -= 1) === 0);
    this.proxy.onMessage(label);
    const delayMs = delaysMs.get(label);
    if (delayMs !== undefined) await sleep(delayMs);
    if (hit === undefined) return false;
    breakpoints.delete(hit);
    if (hit.side === 'after') {
      this.answerBreakpoint = hit;
      return false;
    }
    this.released = message;
    this.stop(hit);
    return true;
  }

  private stop(breakpoint: ArmedBreakpoint): void {
    this.isStopped = true;
    breakpoint.connection = this;
    breakpoint.onCaught();
  }

  private answer(chunk: Buffer): void {
    this.unansweredSinceMs = null;
    const breakpoint = this.answerBreakpoint;
    this.answerBreakpoint = null;
    if (breakpoint !== null) this.stop(breakpoint);
    if (this.isStopped) this.heldAnswers.push(chunk);
    else this.client.write(chunk);
  }
}
