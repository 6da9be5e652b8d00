import { z } from 'zod';

/** One claim as the client saw it: what k6 leaves as a line of JSON. Times are epoch milliseconds of the client's clock. */
export const toldClaimSchema = z.object({
  kind: z.literal('claim'),
  claimId: z.uuid(),
  startMs: z.number(),
  endMs: z.number(),
  /** The HTTP status; 0 when no answer came. */
  status: z.number().int(),
  reason: z.string().nullable(),
  ordinal: z.number().int().nullable(),
});

/** One claim as the client saw it. */
export type ToldClaim = z.infer<typeof toldClaimSchema>;

/** A run's history: the claims in the order their answers came, failures' texts, and how many lines could not be read. */
export interface History {
  readonly claims: readonly ToldClaim[];
  readonly failures: readonly string[];
  /** Lines that are no whole record, such as the last one of a k6 that was killed. */
  readonly torn: number;
}

const failureSchema = z.object({ kind: z.literal('failure'), text: z.string() });
const lineSchema = z.discriminatedUnion('kind', [toldClaimSchema, failureSchema]);

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** Reads the lines of one run. Lines that cannot be read are counted, never guessed at. */
export function readHistory(lines: Iterable<string>): History {
  const claims: ToldClaim[] = [];
  const failures: string[] = [];
  let torn = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const record = lineSchema.safeParse(parsed(line));
    if (!record.success) torn += 1;
    else if (record.data.kind === 'claim') claims.push(record.data);
    else failures.push(record.data.text);
  }
  return { claims, failures, torn };
}
