import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IssuanceStrategy } from '@coupon/application';
import { claimId, type Terms } from '@coupon/domain';
import type { Warnings } from '../src/index.js';
import { loadExternal } from '../src/load.js';
import { claim, outcomeOf, rush, strategyFixture } from './fixture.js';

const recipe = join(
  dirname(fileURLToPath(import.meta.url)),
  '../../../../docs/ADDING-A-STRATEGY.md',
);
const folder = mkdtempSync(join(tmpdir(), 'coupon-recipe-'));
const fixture = strategyFixture();

beforeAll(() => {
  for (const [, example = ''] of readFileSync(recipe, 'utf8').matchAll(/```js\n(.*?)```/gs)) {
    const [, name = ''] = /name: '(.*)'/.exec(example) ?? [];
    writeFileSync(join(folder, `${name}.mjs`), example);
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.each(['patient-lock', 'one-update'])('docs/ADDING-A-STRATEGY.md: %s', (name) => {
  it('loads as it is printed, and issues exactly what there is to a crowd', async () => {
    const plugin = await loadExternal(`./${name}.mjs`, folder);
    const opened = [
      await plugin.configure({})(fixture.resources),
      await plugin.configure({})(fixture.resources),
    ];
    const terms = await fixture.coupon(40);
    const verdicts = await rush(opened, terms, fixture.users, 60);
    expect(verdicts.map((verdict) => ('kind' in verdict ? verdict.kind : verdict)).sort()).toEqual([
      ...Array.from({ length: 40 }, () => 'granted'),
      ...Array.from({ length: 20 }, () => 'refused'),
    ]);
    const { quantity, rows } = await fixture.rowsOf(terms);
    expect({ quantity, numbers: new Set(rows.map(({ ordinal }) => ordinal)).size }).toEqual({
      quantity: 0,
      numbers: 40,
    });
  });
});

describe('patient-lock', () => {
  it('refuses a lease that a transaction could outlast', async () => {
    const plugin = await loadExternal('./patient-lock.mjs', folder);
    await expect(
      plugin.configure({ PATIENT_LOCK_LEASE_MS: '100' })(fixture.resources),
    ).rejects.toThrow(
      'PATIENT_LOCK_LEASE_MS=100: must be more than MYSQL_TRANSACTION_MAX_MS (4000)',
    );
  });
});

describe('one-update', () => {
  const open = async (): Promise<IssuanceStrategy & Warnings & AsyncDisposable> =>
    (await loadExternal('./one-update.mjs', folder)).configure({})(fixture.resources);
  const change = (terms: Terms, quantity: number, total: number): Promise<unknown> =>
    fixture.mysql.db
      .updateTable('coupons')
      .set({ quantity, total_quantity: total })
      .where('id', '=', terms.couponId)
      .execute();

  it('holds each user to the limit, and knows a claim again', async () => {
    const engine = await open();
    const terms = await fixture.coupon(10, 2);
    const id = claimId(randomUUID());
    const outcomes = [
      await outcomeOf(claim(engine, terms, fixture.user, id)),
      await outcomeOf(claim(engine, terms, fixture.user, id)),
      await outcomeOf(claim(engine, terms, fixture.user)),
      await outcomeOf(claim(engine, terms, fixture.user)),
    ];
    expect(outcomes).toEqual(['granted', 'DuplicateClaim', 'granted', 'refused']);
    const { quantity, rows } = await fixture.rowsOf(terms);
    expect([quantity, ...rows.map(({ ordinal }) => ordinal)]).toEqual([8, 1, 2]);
  });

  it('decides by the row where an administrator has changed it since', async () => {
    const engine = await open();
    const terms = await fixture.coupon(10);
    await change(terms, 0, 5);
    expect(await outcomeOf(claim(engine, terms, fixture.user))).toBe('refused');
    await change(terms, 15, 20);
    expect(await claim(engine, terms, fixture.user)).toMatchObject({ kind: 'granted', ordinal: 6 });
  });

  it('gives no number twice: a coupon that comes back gets one of its own', async () => {
    const engine = await open();
    const terms = await fixture.coupon(3);
    await rush([engine], terms, fixture.users, 3);
    const { db } = fixture.mysql;
    await db
      .deleteFrom('user_coupon')
      .where('coupon_id', '=', terms.couponId)
      .where('ordinal', '=', 3)
      .execute();
    await change(terms, 1, 3);
    expect(await claim(engine, terms, fixture.user)).toMatchObject({ kind: 'granted', ordinal: 4 });
    // which the service's own strategies go by
    const row = await db
      .selectFrom('coupons')
      .select('last_ordinal')
      .where('id', '=', terms.couponId)
      .executeTakeFirst();
    expect(row).toEqual({ last_ordinal: 4 });
  });

  it('raises an alarm for a coupon that does not add up, until it does', async () => {
    const engine = await open();
    const terms = await fixture.coupon(10);
    await change(terms, 99, 50);
    expect(await outcomeOf(claim(engine, terms, fixture.user))).toBe('inconsistent');
    expect(await engine.alarms?.()).toEqual([`coupon ${terms.couponId}: its row does not add up`]);
    await change(terms, 10, 10);
    expect(await outcomeOf(claim(engine, terms, fixture.user))).toBe('granted');
    expect(await engine.alarms?.()).toEqual([]);
  });
});
