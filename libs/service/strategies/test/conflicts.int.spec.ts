import { describe, expect, it } from '@jest/globals';
import { NoVerdict, RequestDeadline } from '@coupon/application';
import { pluginNamed } from '../src/index.js';
import { chosenStrategy, claim, clock, rush, strategyFixture } from './fixture.js';

const fixture = strategyFixture();

const kindsOf = (told: readonly (NoVerdict | { readonly kind: string })[]) =>
  [...new Set(told.map(({ kind }) => kind))].sort();

const chosen = ['mysql-optimistic', 'mysql-serializable'].filter((name) => name === chosenStrategy);

describe.each(chosen)('%s', (name) => {
  const prefix = name.toUpperCase().replace('-', '_');

  it('meets conflicts in a rush, and sells out all the same', async () => {
    const terms = await fixture.coupon(150);
    let runs = 0;
    const meter = {
      observe: (measure: string, value: number) =>
        void (runs += measure === 'section_attempts' ? value : 0),
    };
    const open = () =>
      pluginNamed(name).configure({
        [`${prefix}_TRIERS_MAX`]: '8',
        [`${prefix}_ATTEMPTS_MAX`]: '10000', // on a busy machine 200 are not always enough
      })({
        ...fixture.resources,
        meter,
      });
    const told = await rush([await open(), await open()], terms, fixture.users, 200);
    expect(kindsOf(told)).toEqual(['granted', 'refused']);
    expect(runs).toBeGreaterThan(250); // the plain number is 200
    expect((await fixture.rowsOf(terms)).rows.map((row) => row.ordinal)).toEqual(
      Array.from({ length: 150 }, (_, n) => n + 1),
    );
  }, 60_000);

  it('out of attempts it is contended by the conflict, and nothing is recorded', async () => {
    const terms = await fixture.coupon(1_000);
    const strategy = await fixture.open(name, {
      [`${prefix}_ATTEMPTS_MAX`]: '1',
      [`${prefix}_TRIERS_MAX`]: '8',
    });
    const told = await rush([strategy], terms, fixture.users, 100);
    expect(kindsOf(told)).toEqual(['contended', 'granted']);
    const causes = new Set(
      told.flatMap((verdict) =>
        verdict instanceof NoVerdict && verdict.cause instanceof Error ? [verdict.cause.name] : [],
      ),
    );
    expect([...causes].every((cause) => cause === 'NoVerdict' || cause === 'StaleSnapshot')).toBe(
      true,
    );
    const granted = told.filter((verdict) => verdict.kind === 'granted').length;
    expect(await fixture.rowsOf(terms)).toMatchObject({ quantity: 1_000 - granted });
    expect((await fixture.rowsOf(terms)).rows).toHaveLength(granted);
  }, 60_000);

  it('the deadline ends the attempts', async () => {
    const terms = await fixture.coupon(1);
    const { stockStore: books } = fixture.resources;
    const hopeless = {
      ...books,
      inTransaction: () => Promise.reject(new NoVerdict('deadlocked', 'always the victim')),
    };
    const strategy = await pluginNamed(name).configure({ [`${prefix}_ATTEMPTS_MAX`]: '100000' })({
      ...fixture.resources,
      stockStore: hopeless,
    });
    using deadline = new RequestDeadline(clock, 300);
    const beganMs = performance.now();
    await expect(claim(strategy, terms, fixture.user, undefined, 300)).rejects.toMatchObject({
      kind: 'contended',
    });
    expect(performance.now()).toBeLessThan(deadline.atMs + 1_000);
    expect(performance.now() - beganMs).toBeGreaterThan(200);
  });

  it('keeps each user within the limit, though the counts are plain reads', async () => {
    const terms = await fixture.coupon(40, 2);
    const told = await rush(
      [await fixture.open(name), await fixture.open(name)],
      terms,
      fixture.users,
      40,
    );
    expect(kindsOf(told)).toEqual(['granted', 'refused']);
    const { rows } = await fixture.rowsOf(terms);
    for (const one of fixture.users)
      expect(rows.filter((row) => row.user_id === one)).toHaveLength(2);
  }, 60_000);
});
