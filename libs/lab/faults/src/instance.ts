import { startApi, type ApiProcessSettings, type Child } from '@coupon/api-process';
import type { FaultProxy } from '@coupon/conformance';
import type { ToxicProxy } from '@coupon/services';
import { clock } from './clock.js';

/** A span of time during which a process was killed, stopped or starting. */
interface Outage {
  readonly fromMs: number;
  untilMs: number;
}

/** How a process ended that was asked to. */
export interface Drained {
  readonly tookMs: number;
  /** Null: a signal ended it. */
  readonly exitCode: number | null;
}

/** What starts a process with these further settings, over those of its first start. */
type Start = (env: Readonly<Record<string, string>>) => Promise<{ readonly child: Child }>;

/** A process that is paused, killed and started again. */
export class Instance implements AsyncDisposable {
  /** How it ended each time that it was asked to. */
  readonly drains: Drained[] = [];
  private readonly outages: Outage[] = [];

  private constructor(
    private readonly start: Start,
    private child: Child,
  ) {}

  /** Starts it. Rejects with ServiceError when it does not start. */
  static async open(start: Start): Promise<Instance> {
    return new Instance(start, (await start({})).child);
  }

  /** Its process id at this moment; 0: it does not run. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** SIGSTOP. */
  pause(): void {
    this.down();
    this.child.kill('SIGSTOP');
  }

  /** SIGCONT. */
  resume(): void {
    this.child.kill('SIGCONT');
    this.up();
  }

  /** SIGKILL; resolves when it has ended. */
  async kill(): Promise<void> {
    this.down();
    this.child.kill('SIGKILL');
    await this.child;
  }

  /** Starts it again on its port, after its end, with further settings. */
  async restart(env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.down();
    this.child = (await this.start(env)).child;
    this.up();
  }

  /** SIGTERM; resolves when it has drained and ended. It is killed after `withinMs`. */
  async drain(withinMs: number): Promise<void> {
    this.down();
    const beganMs = clock.monotonicMs();
    const force = setTimeout(() => this.child.kill('SIGKILL'), withinMs);
    // execa's own kill would force it to end after 1.5 s
    if (this.pid !== 0) process.kill(this.pid, 'SIGTERM');
    const { exitCode } = await this.child;
    clearTimeout(force);
    this.drains.push({
      tookMs: Math.round(clock.monotonicMs() - beganMs),
      exitCode: exitCode ?? null,
    });
  }

  /** Whether it was killed, stopped or starting at some moment from `fromMs` to `untilMs`. */
  wasDown(fromMs: number, untilMs: number): boolean {
    return this.outages.some((outage) => outage.fromMs <= untilMs && outage.untilMs >= fromMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.child;
  }

  private down(): void {
    if (this.outages.at(-1)?.untilMs === Infinity) return;
    this.outages.push({ fromMs: clock.monotonicMs(), untilMs: Infinity });
  }

  private up(): void {
    const outage = this.outages.at(-1);
    if (outage !== undefined) outage.untilMs = clock.monotonicMs();
  }
}

/** An API process, and the proxies between it and its servers, where the cell has any. */
export interface ApiInstance {
  /** The same after every restart. */
  readonly url: string;
  readonly process: Instance;
  readonly proxies: Path<FaultProxy> | null;
  readonly toxics: Path<ToxicProxy> | null;
}

/** The ways of one process to its two servers. */
export interface Path<Proxy> {
  readonly mysql: Proxy;
  readonly redis: Proxy;
}

/** What stands between an API process and its servers. */
export type Paths = Pick<ApiInstance, 'proxies' | 'toxics'>;

/** Starts an API process that keeps its port over restarts. Rejects with ServiceError. */
export async function openApi(settings: ApiProcessSettings, paths: Paths): Promise<ApiInstance> {
  let url = '';
  const process = await Instance.open(async (env) => {
    const api = await startApi({
      ...settings,
      port: url === '' ? 0 : Number(new URL(url).port),
      env: { ...settings.env, ...env },
    });
    url = api.url;
    return api;
  });
  return { url, process, ...paths };
}
