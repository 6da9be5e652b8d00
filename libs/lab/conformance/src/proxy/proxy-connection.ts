import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { framingOf, type Channel, type Message } from './messages.js';

/** A trap that waits for its message: `left` counts down as messages of its label pass. */
export interface ArmedBreakpoint {
  readonly label: string;
  readonly side: 'before' | 'after';
  left: number;
  readonly catch: () => void;
  line: ProxyConnection | null;
}

export type Breakpoints = Set<ArmedBreakpoint>;

/** What a line asks of its wire. */
export interface ProxySettings {
  readonly traps: Breakpoints;
  readonly delaysMs: ReadonlyMap<string, number>;
  heard(label: string): void;
  gone(): void;
}

/** One connection through a wire. Messages pass in their order, one at a time. */
export class ProxyConnection {
  /**
   * When the message that the server has not begun to answer was passed on, in epoch milliseconds.
   */
  unansweredSinceMs: number | null = null;
  private readonly waiting: Message[] = [];
  private readonly heldAnswers: Buffer[] = [];
  private passing = false;
  private stopped = false;
  private holdAnswer: ArmedBreakpoint | null = null;
  /** The message that was stopped once: it is not stopped again when the line goes on. */
  private excused: Message | null = null;

  constructor(
    channel: Channel,
    private readonly client: Socket,
    private readonly upstream: Socket,
    private readonly wire: ProxySettings,
  ) {
    const framing = framingOf(channel);
    for (const socket of [client, upstream])
      socket.setNoDelay(true).on('error', () => socket.destroy());
    client.on('data', (chunk) => {
      this.waiting.push(...framing(chunk));
      void this.passOn();
    });
    upstream.on('data', (chunk) => this.answer(chunk));
    client.on('close', () => (this.stopped ? undefined : upstream.destroy()));
    upstream.on('close', () => {
      client.destroy();
      wire.gone();
    });
  }

  /** What was stopped goes on. */
  goOn(): void {
    this.stopped = false;
    for (const chunk of this.heldAnswers.splice(0)) this.client.write(chunk);
    void this.passOn();
  }

  /**
   * Both ends are gone, as when the client was killed: the server rolls back what it has not
   * committed.
   */
  cut(): void {
    this.stopped = true;
    this.client.destroy();
    this.upstream.destroy();
  }

  private async passOn(): Promise<void> {
    if (this.passing) return;
    this.passing = true;
    for (
      let message = this.waiting[0];
      message !== undefined && !this.stopped;
      message = this.waiting[0]
    ) {
      if (
        message.label !== null &&
        message !== this.excused &&
        (await this.stopsAt(message, message.label))
      )
        break;
      this.waiting.shift();
      if (message.label !== null) this.unansweredSinceMs = Date.now();
      this.upstream.write(message.bytes);
    }
    this.passing = false;
  }

  /** Whether the message must wait here. */
  private async stopsAt(message: Message, label: string): Promise<boolean> {
    const trap = [...this.wire.traps].find((one) => one.label === label && (one.left -= 1) === 0);
    this.wire.heard(label);
    const delayMs = this.wire.delaysMs.get(label);
    if (delayMs !== undefined) await sleep(delayMs);
    if (trap === undefined) return false;
    this.wire.traps.delete(trap);
    if (trap.side === 'after') {
      this.holdAnswer = trap;
      return false;
    }
    this.excused = message;
    this.spring(trap);
    return true;
  }

  private spring(trap: ArmedBreakpoint): void {
    this.stopped = true;
    trap.line = this;
    trap.catch();
  }

  private answer(chunk: Buffer): void {
    this.unansweredSinceMs = null;
    const trap = this.holdAnswer;
    this.holdAnswer = null;
    if (trap !== null) this.spring(trap);
    if (this.stopped) this.heldAnswers.push(chunk);
    else this.client.write(chunk);
  }
}
