import { under, breachIf, type Breach } from '../breach.js';
import { recorderFor } from '../claim-recorder.js';
import { describeAnswer, isVerdict, type RecordedClaim } from '../clients/answer.js';
import type { FaultScenario } from '../fault-scenario.js';
import { beginHandover } from '../hand-over.js';
import type { Harness } from '../harness.js';

/** Of a lease that outlasts the scenario, all but 300 ms: no second transaction fits in. */
const TRANSACTION_MAX_MS = 29_700;
const HELD_MS = 400;
/** Claims that take longer together than their lease. */
const LINE = { claims: 6, commitDelayMs: 400, waitMs: 15_000 } as const;
const LINE_LEASE = { leaseMs: 2_000, transactionMaxMs: 1_900 } as const;
/** A busy machine can stretch one claim beyond its lease, but not in each of so many tries. */
const LINE_TRIES = 3;

/** That a claim is the victim of a deadlock depends on what others write: it is no failure. */
const unjudged = (claims: readonly RecordedClaim[]): readonly Breach[] =>
  claims
    .filter(({ answer }) => !isVerdict(answer))
    .filter(({ answer }) => !(answer.kind === 'no-verdict' && answer.noVerdict === 'deadlocked'))
    .slice(0, 1)
    .flatMap(({ answer }) =>
      breachIf(
        true,
        'undisturbed-claims-are-judged',
        `nothing had failed, and a patient claim was answered ${describeAnswer(answer)}`,
      ),
    );

/**
 * Claims of one process follow one another for longer than a lease is good for: alone, and while
 * another process waits. Nothing fails, so each gets a verdict.
 */
export const handover: FaultScenario = {
  name: 'handover',
  title:
    'claims of a process follow one another beyond what is left of a lease, alone and beside another process; nothing fails',
  scope: 'processes',
  mostlyWaits: true,
  async run(harness) {
    const breaches = await Promise.all([
      handOver(harness, 'alone'),
      handOver(harness, 'beside another process'),
      outlastLease(harness),
    ]);
    return breaches.flat();
  },
};

async function handOver(
  harness: Harness,
  how: 'alone' | 'beside another process',
): Promise<readonly Breach[]> {
  const env = harness.lastingLeases(TRANSACTION_MAX_MS);
  await using one = await harness.open({ env });
  await using other = await harness.open({ env });
  const recorder = await recorderFor(harness, 8);
  await recorder.burst([one, other], 2);
  const begun = await beginHandover(recorder, one, { others: 2, heldMs: HELD_MS });
  const beside = how === 'alone' ? [] : [recorder.claim(other), recorder.claim(other)];
  begun?.goOn();
  await Promise.all([begun?.first, ...(begun?.others ?? []), ...beside]);
  return under(how, [...unjudged(recorder.claims), ...(await recorder.settle())]);
}

async function outlastLease(harness: Harness): Promise<readonly Breach[]> {
  if (!Object.keys(harness.shortLeases).some((name) => name.endsWith('_LEASE_MS'))) return [];
  await using instance = await harness.open({ env: harness.leases(LINE_LEASE) });
  let breaches: readonly Breach[] = [];
  for (let tries = 0; tries < LINE_TRIES; tries += 1) {
    const recorder = await recorderFor(harness, LINE.claims + 2);
    await recorder.burst([instance], 2);
    instance.proxies.mysql.delay('COMMIT', LINE.commitDelayMs);
    const claims = await recorder.burst([instance], LINE.claims, { waitMs: LINE.waitMs });
    instance.proxies.mysql.delay('COMMIT', 0);
    breaches = [...unjudged(claims), ...(await recorder.settle())];
    if (breaches.length === 0) return [];
  }
  return under('in a line longer than a lease', breaches);
}
