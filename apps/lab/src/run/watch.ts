import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AnswerTally, quantileOf, type Tick, type ClaimRecord } from '@coupon/results';
import { systemClock, type CouponRecords } from '@coupon/application';
import { couponId as couponIdOf, type CouponId } from '@coupon/domain';
import { MysqlCouponRecords, mysqlSettings, openMysql } from '@coupon/mysql';
import { HistoryTail } from './history-tail.js';

/** The run to watch, and how often. */
export interface WatchSettings {
  readonly databaseUrl: string;
  readonly couponId: number;
  /** The lines that k6 writes; may not exist yet. */
  readonly historyFile: string;
  /** Receives one line per tick. */
  readonly watchFile: string;
  /** The first pause between two ticks. */
  readonly everyMs: number;
  readonly onTick?: ((tick: Tick) => void) | undefined;
  /** Ends the watch after one last tick. */
  readonly signal: AbortSignal;
}

/**
 * The pause between ticks doubles after each of so many: an hour that begins with four per second
 * yields some 2,400.
 */
const TICKS_UNTIL_SLOWER = 500;
/**
 * The maximum share of the time spent reading: a database with millions of rows is read less often.
 */
const BUSY_SHARE_MAX = 0.15;

/**
 * Watches one run from outside until the signal: counts the answers in the growing history and
 * reads the coupon and its rows in one consistent SELECT. A missing database or history is no
 * error; its figures are null. Ticks go to `onTick` and to `watchFile`, so that a long run needs no
 * memory.
 */
export async function watchRun({
  databaseUrl,
  couponId,
  historyFile,
  watchFile,
  everyMs,
  onTick,
  signal,
}: WatchSettings): Promise<void> {
  await using tail = new HistoryTail(historyFile);
  await using mysql = openMysql(
    mysqlSettings({ DATABASE_URL: databaseUrl, MYSQL_POOL_MAX: '1' }),
    systemClock,
  );
  const records = new MysqlCouponRecords(mysql);
  const coupon = couponIdOf(couponId);
  await using out = await open(watchFile, 'w');
  const answers = new WatchedAnswers();
  for (let ticks = 0, last = false; !last; ticks += 1) {
    last = signal.aborted;
    const beganMs = performance.now();
    answers.add(await tail.readNew());
    const tick = answers.tick(Date.now(), await stockOf(records, coupon));
    await out.write(`${JSON.stringify(tick)}\n`);
    onTick?.(tick);
    if (!last)
      await sleep(pauseAfter(ticks, everyMs, performance.now() - beganMs), undefined, {
        signal,
      }).catch(() => undefined);
  }
}

/** The pause in milliseconds after tick number `ticks` (from 0), whose reading took `tookMs`. */
export const pauseAfter = (ticks: number, everyMs: number, tookMs: number): number =>
  Math.max(
    everyMs * 2 ** Math.floor(ticks / TICKS_UNTIL_SLOWER) - tookMs,
    tookMs / BUSY_SHARE_MAX - tookMs,
  );

type Stock = Pick<Tick, 'quantity' | 'rows'>;

/**
 * Both figures come from one statement, so a gap between them is in the database and no artefact of
 * watching. Null where the database does not answer.
 */
async function stockOf(records: CouponRecords, coupon: CouponId): Promise<Stock> {
  const progress = await records.progress(coupon).catch(() => null);
  return { quantity: progress?.remaining ?? null, rows: progress?.grants ?? null };
}

/** The answers so far, and the latencies of those since the last tick. */
class WatchedAnswers {
  private readonly tally = new AnswerTally();
  private latenciesMs: number[] = [];
  private tickedAtMs: number | undefined;

  add(claims: readonly ClaimRecord[]): void {
    for (const claim of claims) {
      this.tally.add(claim);
      this.latenciesMs.push(claim.endMs - claim.startMs);
    }
  }

  tick(atMs: number, stock: Stock): Tick {
    const passedMs = atMs - (this.tickedAtMs ?? atMs);
    const sorted = this.latenciesMs.sort((a, b) => a - b);
    const at = (share: number): number => quantileOf(sorted, share) ?? 0;
    const latencyMs = sorted.length === 0 ? null : { med: at(0.5), p95: at(0.95), max: at(1) };
    const ratePerS = passedMs > 0 ? (1_000 * sorted.length) / passedMs : 0;
    this.latenciesMs = [];
    this.tickedAtMs = atMs;
    return { atMs, ...this.tally.counts(), ratePerS, latencyMs, ...stock };
  }
}
