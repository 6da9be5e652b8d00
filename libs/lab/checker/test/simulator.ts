import fc from 'fast-check';
import type { Attempt, RunHistory, GrantRow } from '../src/run-history.js';

/** A claim's id as the tests number them. */
export const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/**
 * What one client does. Times in milliseconds; `pick` chooses where the history leaves a choice.
 */
interface Step {
  readonly user: number;
  readonly gapMs: number;
  readonly waitMs: number;
  readonly workMs: number;
  readonly pick: number;
  readonly fate: 'answered' | 'lost' | 'lost-before' | 'failed' | 'foreign';
  /** Makes the claim of a step before it again. */
  readonly again: boolean;
}

/** What a history is made from. */
export interface Plan {
  readonly total: number;
  readonly earlier: number;
  readonly perUserLimit: number | null;
  /** A raise or a cut of the total. */
  readonly change: {
    readonly atMs: number;
    readonly by: number;
    readonly aroundMs: number;
  } | null;
  readonly issuesInOrder: boolean;
  readonly usersKnown: boolean;
  readonly steps: readonly Step[];
}

const step = fc.record<Step>({
  user: fc.integer({ min: 1, max: 4 }),
  gapMs: fc.nat({ max: 3 }),
  waitMs: fc.nat({ max: 5 }),
  workMs: fc.nat({ max: 5 }),
  pick: fc.nat({ max: 1_000 }),
  fate: fc.constantFrom(
    ...Array<'answered'>(15).fill('answered'),
    'lost',
    'lost',
    'lost',
    'lost-before',
    'failed',
    'foreign',
  ),
  again: fc.integer({ min: 0, max: 5 }).map((n) => n === 5),
});

/** Plans of up to `stepsMax` claims. */
export const plans = (stepsMax = 24): fc.Arbitrary<Plan> =>
  fc.record<Plan>({
    total: fc.integer({ min: 1, max: 12 }),
    earlier: fc.nat({ max: 2 }),
    perUserLimit: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
    change: fc.option(
      fc.record({
        atMs: fc.nat({ max: 40 }),
        by: fc.constantFrom(-3, -1, 1, 2, 3),
        aroundMs: fc.nat({ max: 3 }),
      }),
      { nil: null, freq: 3 },
    ),
    issuesInOrder: fc.boolean(),
    usersKnown: fc.boolean(),
    steps: fc.array(step, { maxLength: stepsMax, size: 'max' }),
  });

/** Clocks of clients and service differ by at most so much. */
const SKEW_MS = 2;
const lostStatuses = [0, 500, 502, 504] as const;
const failures = [
  [409, 'LOCK_TIMEOUT'],
  [503, 'UNAVAILABLE'],
  [503, 'DEADLOCK'],
] as const;
/** What a claim may be told that was not granted; whether the coupon was open is not simulated. */
const closed = [409, 'NOT_OPEN'] as const;

/**
 * A step with its times: the stock is read and written in one moment, some time between start
 * and end.
 */
interface Timed extends Step {
  readonly claimId: string;
  readonly startMs: number;
  readonly momentMs: number;
  readonly endMs: number;
}

function timed(steps: readonly Step[]): readonly Timed[] {
  let nowMs = 0;
  const made: Timed[] = [];
  for (const one of steps) {
    nowMs += one.gapMs;
    const before = one.again ? made[one.pick % Math.max(1, made.length)] : undefined;
    const claimId = before?.claimId ?? idOf(100 + made.length);
    made.push({
      ...one,
      user: before?.user ?? one.user,
      claimId,
      startMs: nowMs,
      momentMs: nowMs + one.waitMs,
      endMs: nowMs + one.waitMs + one.workMs,
    });
  }
  return made;
}

/** Stock that is always right: one claim after the other. */
class SimulatedStock {
  readonly rows: GrantRow[] = [];

  constructor(
    private readonly plan: Plan,
    public total: number,
  ) {}

  /** The law's answer. Some services say of a replay that it is one. */
  settle({
    claimId,
    user,
    momentMs,
    pick,
  }: Timed): Pick<Attempt, 'status' | 'reason' | 'ordinal' | 'replayed'> {
    const known = this.rows.find((row) => row.claimId === claimId);
    if (known !== undefined) {
      const replay = { status: 200, reason: null, ordinal: known.ordinal };
      return pick % 2 === 0 ? { ...replay, replayed: true } : replay;
    }
    if (this.rows.length >= this.total) return { status: 409, reason: 'SOLD_OUT', ordinal: null };
    const held = this.rows.filter((row) => row.userId === user).length;
    if (this.plan.perUserLimit !== null && held >= this.plan.perUserLimit)
      return { status: 409, reason: 'LIMIT_REACHED', ordinal: null };
    const ordinal = this.free(pick);
    this.rows.push({
      claimId,
      ordinal,
      userId: user,
      issuedAtMs: momentMs + (pick % (2 * SKEW_MS + 1)) - SKEW_MS,
    });
    return { status: 200, reason: null, ordinal };
  }

  /** Whether the claim was granted. */
  has(claimId: string): boolean {
    return this.rows.some((row) => row.claimId === claimId);
  }

  private free(pick: number): number {
    if (this.plan.issuesInOrder) return this.rows.length + 1;
    const taken = new Set(this.rows.map((row) => row.ordinal));
    const free = Array.from({ length: this.total }, (_, n) => n + 1).filter(
      (unit) => !taken.has(unit),
    );
    return free[pick % free.length] ?? 0;
  }
}

function attemptOf(one: Timed, stock: SimulatedStock, usersKnown: boolean): Attempt {
  const user = usersKnown ? { userId: one.user } : {};
  const seen = { claimId: one.claimId, ...user, startMs: one.startMs, endMs: one.endMs };
  if (one.fate === 'answered') return { ...seen, ...stock.settle(one) };
  if (one.fate === 'failed') {
    const possible = stock.has(one.claimId) ? failures : [...failures, closed];
    const [status, reason] = possible[one.pick % possible.length] ?? failures[0];
    return { ...seen, status, reason, ordinal: null };
  }
  if (one.fate === 'foreign')
    return { ...seen, userId: 9, status: 422, reason: 'KEY_REUSED', ordinal: null };
  if (one.fate === 'lost') stock.settle(one);
  // A client may give up before its claim is settled, know no end, or have left a torn line without
  // a time.
  const endMs = [null, one.startMs, one.endMs][one.pick % 3] ?? null;
  return {
    ...seen,
    startMs: one.pick % 7 === 0 ? null : one.startMs,
    endMs,
    status: lostStatuses[one.pick % lostStatuses.length] ?? 0,
    reason: null,
    ordinal: null,
  };
}

/** What a right service leaves behind after a plan, as its clients and its database would tell. */
export function simulate(plan: Plan): RunHistory {
  const { change, perUserLimit, usersKnown } = plan;
  const stock = new SimulatedStock(plan, plan.total);
  const earlier = Math.min(plan.earlier, plan.total);
  // The earlier ones are of users who make no claims any more.
  for (let n = 1; n <= earlier; n += 1)
    stock.rows.push({ claimId: idOf(n), ordinal: n, userId: 20 + n, issuedAtMs: -100 });
  const before = { total: plan.total, remaining: plan.total - earlier, rows: [...stock.rows] };
  const events = timed(plan.steps).toSorted((a, b) => a.momentMs - b.momentMs);
  const attempts: Attempt[] = [];
  let due = change;
  for (const one of events) {
    if (due !== null && due.atMs <= one.momentMs) {
      stock.total += Math.max(-stock.total, due.by);
      due = null;
    }
    attempts.push(attemptOf(one, stock, usersKnown));
  }
  if (due !== null) stock.total += Math.max(-stock.total, due.by);
  return {
    attempts: attempts.toSorted((a, b) => (a.endMs ?? 1e9) - (b.endMs ?? 1e9)),
    rows: usersKnown
      ? stock.rows
      : stock.rows.map(({ claimId, ordinal, issuedAtMs }) => ({ claimId, ordinal, issuedAtMs })),
    before,
    after: { total: stock.total, remaining: stock.total - stock.rows.length },
    perUserLimit,
    stockChanges:
      change === null
        ? []
        : [
            {
              by: stock.total - plan.total,
              startMs: change.atMs - change.aroundMs,
              endMs: change.atMs + change.aroundMs,
            },
          ],
    quiet: true,
    clockSkewMaxMs: SKEW_MS,
  };
}
