import { setTimeout as sleep } from 'node:timers/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Attempt } from '@coupon/checker';
import type { CouponId } from '@coupon/domain';
import { ClaimClient } from './claim-client.js';
import { ClaimState } from './claim-state.js';
import { clock } from './clock.js';
import { ISSUE_DEADLINE_MS, type CellCoupon, type Rig } from './rig.js';

/** Arrivals per second, whatever the service does with them. */
const RATE_PER_S = 40;
/** Claims under way at once; further arrivals are dropped, and counted. */
const UNDER_WAY_MAX = 800;
/** Far longer than any answer may take, so that one which comes too late is measured. */
const CLIENT_TIMEOUT_MS = ISSUE_DEADLINE_MS + 8_000;
const SCARCE_SHARE = 0.1;
/** The first few users make this share of the claims, so that they reach their limit. */
const GREEDY_SHARE = 0.4;
const GREEDY_USERS = 4;
const KNOWN_REPLAY_SHARE = 0.1;
const TICK_MS = 10;
const REPLAY_PAUSE_MS = 200;
const REPLAY_PAUSE_MAX_MS = 1_000;

/** One attempt, as the history has it, and what the lab measured of it. */
export interface RecordedAttempt extends Attempt {
  readonly couponId: CouponId;
  readonly endMs: number;
  readonly startMs: number;
  /** How long it waited past its claim's deadline; null: its process was down meanwhile. */
  readonly pastDeadlineMs: number | null;
}

/** A new grant, as its client saw it. Times by the lab's clock. */
export interface SeenGrant {
  readonly startMs: number;
  readonly atMs: number;
}

/**
 * Clients in the open model: they arrive by a schedule, and repeat a claim with the same key until
 * its outcome is known.
 */
export class Load implements AsyncDisposable {
  readonly attempts: RecordedAttempt[] = [];
  readonly claims: ClaimState[] = [];
  readonly grants: SeenGrant[] = [];
  dropped = 0;
  readonly beganMs = clock.monotonicMs();
  private readonly clients: readonly ClaimClient[];
  private readonly underWay = new Set<Promise<void>>();
  private readonly lag = monitorEventLoopDelay({ resolution: 20 });
  private readonly arrivalsEnd = new AbortController();
  private replaysEndMs = Infinity;
  private arriving: Promise<void> | undefined;
  private turn = 0;

  constructor(private readonly rig: Rig) {
    this.clients = rig.apis.map(({ url }) => new ClaimClient(url, CLIENT_TIMEOUT_MS));
    this.lag.enable();
  }

  /** The longest delay of this process's event loop, in milliseconds. */
  get lagMaxMs(): number {
    return this.lag.max / 1e6;
  }

  /** Begins the arrivals. */
  start(): void {
    this.arriving = this.arrive();
  }

  /** Ends the arrivals; what is under way goes on. */
  async stopArrivals(): Promise<void> {
    this.arrivalsEnd.abort();
    await this.arriving;
  }

  /** Resolves when no claim is under way; replays end after `withinMs`. */
  async settle(withinMs: number): Promise<void> {
    this.replaysEndMs = clock.monotonicMs() + withinMs;
    while (this.underWay.size > 0) await Promise.all(this.underWay);
    this.replaysEndMs = Infinity;
  }

  /** Claims `coupon` until each of `lanes` clients has been refused; `claimsMax` at most. */
  async sellOut(coupon: CellCoupon, lanes: number, claimsMax: number): Promise<void> {
    let left = claimsMax;
    const lane = async (): Promise<void> => {
      while (left > 0 && !this.rig.signal.aborted) {
        left -= 1;
        const state = await this.begin(coupon);
        if (state.outcome?.reason === 'SOLD_OUT') return;
        if (!state.isGranted) await sleep(REPLAY_PAUSE_MS);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }

  /** Makes a claim of some user now, and resolves when its outcome is known, or given up. */
  begin(coupon: CellCoupon): Promise<ClaimState> {
    const state = new ClaimState(coupon, this.someClaimant());
    this.claims.push(state);
    const running = this.untilKnown(state);
    const tracked = running.finally(() => this.underWay.delete(tracked));
    this.underWay.add(tracked);
    return running.then(() => state);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.arrivalsEnd.abort();
    this.replaysEndMs = 0;
    for (const client of this.clients) client[Symbol.dispose]();
    await this.arriving;
    await Promise.all(this.underWay);
    this.lag.disable();
  }

  private async arrive(): Promise<void> {
    const { signal } = this.arrivalsEnd;
    const { plenty, scarce } = this.rig;
    const beganMs = clock.monotonicMs();
    for (let arrived = 0; !signal.aborted && !this.rig.signal.aborted;) {
      const due = Math.floor(((clock.monotonicMs() - beganMs) * RATE_PER_S) / 1_000);
      for (; arrived < due; arrived += 1) {
        if (this.underWay.size >= UNDER_WAY_MAX) this.dropped += 1;
        else void this.begin(Math.random() < SCARCE_SHARE ? scarce : plenty);
      }
      await sleep(TICK_MS);
    }
  }

  private someClaimant(): ClaimState['claimant'] {
    const { claimants } = this.rig;
    const among = Math.random() < GREEDY_SHARE ? GREEDY_USERS : claimants.length;
    const claimant = claimants[Math.floor(Math.random() * among)];
    if (claimant === undefined) throw new Error('a cell needs users');
    return claimant;
  }

  private async untilKnown(state: ClaimState): Promise<void> {
    for (let pauseMs = REPLAY_PAUSE_MS; ; pauseMs = Math.min(REPLAY_PAUSE_MAX_MS, pauseMs * 2)) {
      await this.attempt(state);
      if (state.outcome !== null) break;
      if (clock.monotonicMs() + pauseMs > this.replaysEndMs) return;
      await sleep(pauseMs);
    }
    if (!state.isGranted || Math.random() >= KNOWN_REPLAY_SHARE) return;
    await sleep(Math.random() * REPLAY_PAUSE_MAX_MS);
    await this.attempt(state);
  }

  private async attempt(state: ClaimState): Promise<void> {
    this.turn += 1;
    const n = this.turn % this.clients.length;
    const client = this.clients[n];
    const api = this.rig.apis[n];
    if (client === undefined || api === undefined) throw new Error('a cell needs API processes');
    const fromMs = clock.monotonicMs();
    const startMs = clock.epochMs();
    const answer = await client.send(state);
    const untilMs = clock.monotonicMs();
    const wasKnown = state.outcome !== null;
    state.take(answer);
    if (!wasKnown && state.isGranted) this.grants.push({ startMs: fromMs, atMs: untilMs });
    this.attempts.push({
      ...answer,
      claimId: state.claimId,
      userId: state.claimant.user,
      couponId: state.coupon.id,
      startMs,
      endMs: clock.epochMs(),
      pastDeadlineMs: api.process.wasDown(fromMs, untilMs)
        ? null
        : Math.max(0, untilMs - fromMs - ISSUE_DEADLINE_MS),
    });
  }
}
