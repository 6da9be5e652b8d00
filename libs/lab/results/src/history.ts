import { z } from 'zod';

/**
 * One claim as the client saw it: what k6 leaves as a line of JSON. Times are epoch milliseconds of
 * the client's clock.
 */
export const claimRecordSchema = z.object({
  kind: z.literal('claim'),
  claimId: z.uuid().toLowerCase(),
  /** Whose claim it was, where the client wrote that down. */
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
 * A claim that was made, but of which no answer can be read: its client was killed, or its line is
 * torn.
 */
export interface OpenClaim {
  readonly claimId: string;
  /** Null where the line is torn before or within its time. */
  readonly startMs: number | null;
}

/**
 * A run's history: the claims in the order their answers came, failures' texts, and how many lines
 * could not be read.
 */
export interface History {
  readonly claims: readonly ClaimRecord[];
  /** Claims without a readable answer, each once. */
  readonly open: readonly OpenClaim[];
  readonly failures: readonly string[];
  /** Lines that are no whole record, such as the last one of a k6 that was killed. */
  readonly torn: number;
}

const failureSchema = z.object({ kind: z.literal('failure'), text: z.string() });
/**
 * A claim whose answer has not come yet: a client may write one before it asks, and then the whole
 * once it was answered.
 */
const begunSchema = z.object({
  kind: z.enum(['begun', 'claim']),
  claimId: z.uuid().toLowerCase(),
  startMs: z.number(),
  endMs: z.null().optional(),
});
const lineSchema = z.union([claimRecordSchema, failureSchema, begunSchema]);

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

const wholeId = /"claimId":\s*"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"/i;
/** Only a number that something follows is known to be whole. */
const wholeStart = /"startMs":\s*(\d+)\s*[,}]/;
/** Where a writer died in the middle of a line, the next one's record stands behind the stump. */
const recordStart = /(?=\{"kind":)/;

/** Reads a run's lines one by one, so that no one has to hold the text of them all. */
export class HistoryReader {
  readonly #claims: ClaimRecord[] = [];
  readonly #open = new Map<string, OpenClaim>();
  readonly #failures: string[] = [];
  #torn = 0;

  /**
   * Takes one line. What is torn is counted; of a claim whose id is whole it is kept that it was
   * made, and nothing is guessed.
   */
  take(line: string): void {
    if (line.trim() === '' || this.#record(line)) return;
    this.#torn += 1;
    for (const piece of line.split(recordStart)) {
      if (this.#record(piece)) continue;
      const claimId = wholeId.exec(piece)?.[1]?.toLowerCase();
      const startMs = wholeStart.exec(piece)?.[1];
      if (claimId !== undefined)
        this.#open.set(claimId, {
          claimId,
          startMs: startMs === undefined ? null : Number(startMs),
        });
    }
  }

  /** All that was read so far. */
  history(): History {
    for (const { claimId } of this.#open.size === 0 ? [] : this.#claims) this.#open.delete(claimId);
    return {
      claims: this.#claims,
      open: [...this.#open.values()],
      failures: this.#failures,
      torn: this.#torn,
    };
  }

  #record(line: string): boolean {
    const read = lineSchema.safeParse(parsed(line));
    if (!read.success) return false;
    const record = read.data;
    if (record.kind === 'failure') this.#failures.push(record.text);
    else if ('status' in record) this.#claims.push(record);
    else this.#open.set(record.claimId, { claimId: record.claimId, startMs: record.startMs });
    return true;
  }
}

/** Reads the lines of one run. Lines that cannot be read are counted, never guessed at. */
export function readHistory(lines: Iterable<string>): History {
  const reader = new HistoryReader();
  for (const line of lines) reader.take(line);
  return reader.history();
}
