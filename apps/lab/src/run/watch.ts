import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AnswerTally, quantileOf, type Tick, type ClaimRecord } from '@coupon/results';
import { systemClock, type CouponRecords } from '@coupon/application';
import { couponId as couponIdOf, type CouponId } from '@coupon/domain';
import { MysqlCouponRecords, mysqlSettings, openMysql } from '@coupon/mysql';
import { HistoryTail } from './history-tail.js';

/** What is watched, and how often. */
export interface WatchSettings {
  readonly databaseUrl: string;
  readonly couponId: number;
  /** The lines that k6 leaves; need not be there yet. */
  readonly historyFile: string;
  /** Where the ticks go, a line each. */
  readonly watchFile: string;
  /** Between two ticks, at first. */
  readonly everyMs: number;
  readonly onTick?: ((tick: Tick) => void) | undefined;
  /** Ends the watching, after one last tick. */
  readonly signal: AbortSignal;
}

/**
 * After so many ticks the pause between them doubles, each time: an hour that began with four a
 * second comes to some 2,400.
 */
const TICKS_UNTIL_SLOWER = 500;
/**
 * A look takes at most this share of the time: a database with millions of rows is counted less
 * often.
 */
const BUSY_SHARE_MAX = 0.15;

/**
 * Watches one run from outside until the signal: counts the answers in the growing history and
 * reads the coupon and its rows, both in one consistent SELECT. Never rejects for a database or a
 * history that is not there; such ticks say less. Resolves with nothing: the ticks went to `onTick`
 * and to `watchFile`, so that a long run holds no memory.
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
    answers.add(await tail.look());
    const tick = answers.tick(Date.now(), await stockOf(records, coupon));
    await out.write(`${JSON.stringify(tick)}\n`);
    onTick?.(tick);
    if (!last)
      await sleep(pauseAfter(ticks, everyMs, performance.now() - beganMs), undefined, {
        signal,
      }).catch(() => undefined);
  }
}

/**
 * How long to rest after the look of that number (0 is the first), which took so long;
 * milliseconds.
 */
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
