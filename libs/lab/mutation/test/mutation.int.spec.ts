import { describe, expect, it } from '@jest/globals';
import { byCost } from '../src/configurations.js';
import { examineAll } from '../src/examine-all.js';
import { allMutants, sampleOf } from '../src/mutants.js';
import { readEquivalents, readResults } from '../src/results.js';
import { openRunner } from '../src/runner-process.js';
import { fateOf, scoreOf, SCORE_MIN, tally } from '../src/score.js';
import { EXAMPLE, mutatedFiles } from '../src/targets.js';
import { writeCopy } from '../src/write-copy.js';

/** So many of the mutants that did not change are examined again; all of them would take long. */
const SAMPLE = 36;
/** This share of them is killed again, at least: few faults show by chance. */
const SEEN_AGAIN_MIN = 0.95;
/** So many scenarios show that a copy is sound. */
const QUICK = 6;

const mutants = allMutants(mutatedFiles());
const results = readResults();
const equivalents = readEquivalents();
const isKilled = ({ id }: { readonly id: string }): boolean => results.get(id)?.status === 'killed';
/** A hang takes minutes to tell: it belongs to the whole run. */
const isHang = ({ id }: { readonly id: string }): boolean =>
  results.get(id)?.killer?.invariant === 'timeout';

describe('the mutation score', () => {
  it('every mutant has a result: npm run mutation -- --resume', () => {
    const ids = mutants.map(({ id }) => id);
    expect(ids.filter((id) => !results.has(id) && !equivalents.has(id))).toEqual([]);
  });

  it('every equivalent mutant is one, and nothing has killed it', () => {
    const ids = new Set(mutants.map(({ id }) => id));
    expect([...equivalents.keys()].filter((id) => !ids.has(id) || isKilled({ id }))).toEqual([]);
  });

  it('there are 120 and more, and the kit kills no smaller share of them than before', () => {
    const total = tally(mutants.map((mutant) => fateOf(mutant, results, equivalents)));
    expect(total.all).toBeGreaterThanOrEqual(120);
    expect(total.unknown).toBe(0);
    expect(scoreOf(total)).toBeGreaterThanOrEqual(SCORE_MIN);
  });

  it('a copy without a fault survives what kills the mutants', async () => {
    await using runner = openRunner();
    using copy = writeCopy(null);
    const quick = byCost.slice(0, QUICK).map(({ name }) => name);
    const task = { env: {}, also: [], scenarios: ['smoke', ...quick] };
    for (const host of ['redis-spin-lock', 'redis-queue-lock', EXAMPLE])
      expect([host, await runner.run({ ...task, pluginFile: copy.pluginFile(host) })]).toEqual([
        host,
        { kind: 'survived' },
      ]);
  }, 300_000);

  it('a sample of the killed mutants, and each that changed, is killed again', async () => {
    const changed = mutants.filter(
      (mutant) => isKilled(mutant) && results.get(mutant.id)?.fingerprint !== mutant.fingerprint,
    );
    const sampled = mutants.filter((mutant) => isKilled(mutant) && !isHang(mutant));
    const due = new Set([...changed, ...sampleOf(sampled, SAMPLE)]);
    const survivors: string[] = [];
    let killed = 0;
    await examineAll([...due], results, (mutant, { status }) => {
      if (status === 'survived') survivors.push(`${mutant.id}: ${mutant.what}\n${mutant.diff}`);
      if (status === 'killed') killed += 1;
    });
    if (survivors.length > 0) process.stdout.write(`survived:\n${survivors.join('\n')}\n`);
    expect(killed / (killed + survivors.length)).toBeGreaterThanOrEqual(SEEN_AGAIN_MIN);
  }, 900_000);
});
