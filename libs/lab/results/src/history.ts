import { z } from 'zod';

/**
 * One claim as the client saw it: a line of JSON that k6 writes. Times are epoch milliseconds of
 * the client's clock.
 */
export const claimRecordSchema = z.object({
  kind: z.literal('claim'),
  claimId: z.uuid().toLowerCase(),
  /** The claim's user, where the client recorded it. */
  userId: z.number().int().optional(),
  startMs: z.number(),
  endMs: z.number(),
  /** The HTTP status; 0 when no answer came. */
  status: z.number().int(),
  reason: z.string().nullable(),
  ordinal: z.number().int().nullable(),
});

/** One claim as the client saw it. */
export type ClaimRecord = z.infer<typeof claimRecordSchema>;

/**
 * A change of a coupon's stock while clients claim, as an administrator makes it: its total and
 * what is left of it go up by `by` (down where it is negative) between `startMs` and `endMs`, by
 * the clients' clock. Or `givenBack` coupons come back: their rows are removed, and what is left
 * goes up by as many.
 */
export const stockChangeSchema = z.object({
  kind: z.literal('stock'),
  couponId: z.number().int().positive(),
  by: z.number().int(),
  givenBack: z.number().int().positive().optional(),
  startMs: z.number(),
  endMs: z.number(),
});

/** See {@link stockChangeSchema}. */
export type StockChangeRecord = z.infer<typeof stockChangeSchema>;

/** An attempt without a readable answer: its client was killed, or its line is unreadable. */
export interface OpenClaim {
  readonly claimId: string;
  /** Null where the line is torn before the end of its time, or its times contradict each other. */
  readonly startMs: number | null;
}

/** A run's history: claims in the order of their answers, failures, and a count of torn lines. */
export interface History {
  readonly claims: readonly ClaimRecord[];
  /** Attempts without a readable answer, each once. */
  readonly open: readonly OpenClaim[];
  readonly failures: readonly string[];
  /** Changes of any coupon's stock. */
  readonly stockChanges: readonly StockChangeRecord[];
  /** Unreadable lines, such as the last one of a killed k6, or one that ends before it starts. */
  readonly torn: number;
}

const failureSchema = z.object({ kind: z.literal('failure'), text: z.string() });
/** A claim not answered yet: a client may write it before its request, and the whole afterwards. */
const begunSchema = z.object({
  kind: z.enum(['begun', 'claim']),
  claimId: z.uuid().toLowerCase(),
  startMs: z.number(),
  endMs: z.null().optional(),
});
/** A clock that was set back between the two leaves no time known. */
const endsAfterStart = ({ startMs, endMs }: { startMs: number; endMs: number }): boolean =>
  endMs >= startMs;
const lineSchema = z.union([
  claimRecordSchema.refine(endsAfterStart),
  failureSchema,
  begunSchema,
  stockChangeSchema.refine(endsAfterStart),
]);

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

const wholeId = /"claimId":\s*"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"/i;
/** Only a number followed by something is known to be complete. */
const wholeStart = /"startMs":\s*(\d+)\s*[,}]/;
const wholeEnd = /"endMs":\s*(\d+(?:\.\d+)?)\s*[,}]/;
/** The next record follows a fragment on its line, where a writer died within a line. */
const recordStart = /(?=\{"kind":)/;

/** The start in a line that is unreadable as a whole; null where it cannot be told. */
function startIn(piece: string): number | null {
  const startMs = wholeStart.exec(piece)?.[1];
  const endMs = wholeEnd.exec(piece)?.[1];
  if (startMs === undefined || (endMs !== undefined && Number(endMs) < Number(startMs)))
    return null;
  return Number(startMs);
}

/** A claim may be made several times; a line that says that it begins is of one of these. */
const attemptKey = ({ claimId, startMs }: OpenClaim): string => `${claimId} ${startMs}`;

/** Reads a run's lines one by one, so that the whole text is never in memory. */
export class HistoryReader {
  readonly #claims: ClaimRecord[] = [];
  readonly #open = new Map<string, OpenClaim>();
  readonly #failures: string[] = [];
  readonly #stockChanges: StockChangeRecord[] = [];
  #torn = 0;

  /**
   * Reads one line. A torn line is counted; if its claim id is complete, the claim counts as open.
   * Nothing is guessed.
   */
  take(line: string): void {
    if (line.trim() === '' || this.#record(line)) return;
    this.#torn += 1;
    for (const piece of line.split(recordStart)) {
      if (this.#record(piece)) continue;
      const claimId = wholeId.exec(piece)?.[1]?.toLowerCase();
      if (claimId !== undefined) this.#opens({ claimId, startMs: startIn(piece) });
    }
  }

  /** Everything read so far. */
  history(): History {
    for (const claim of this.#open.size === 0 ? [] : this.#claims)
      this.#open.delete(attemptKey(claim));
    return {
      claims: this.#claims,
      open: [...this.#open.values()],
      failures: this.#failures,
      stockChanges: this.#stockChanges,
      torn: this.#torn,
    };
  }

  #record(line: string): boolean {
    const read = lineSchema.safeParse(parsed(line));
    if (!read.success) return false;
    const record = read.data;
    if (record.kind === 'failure') this.#failures.push(record.text);
    else if (record.kind === 'stock') this.#stockChanges.push(record);
    else if ('status' in record) this.#claims.push(record);
    else this.#opens({ claimId: record.claimId, startMs: record.startMs });
    return true;
  }

  #opens(attempt: OpenClaim): void {
    this.#open.set(attemptKey(attempt), attempt);
  }
}

/** Reads the lines of one run. Torn lines are counted, never guessed. */
export function readHistory(lines: Iterable<string>): History {
  const reader = new HistoryReader();
  for (const line of lines) reader.take(line);
  return reader.history();
}
