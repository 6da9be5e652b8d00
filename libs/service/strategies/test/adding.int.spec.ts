import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadExternal } from '../src/load.js';
import { rush, strategyFixture } from './fixture.js';

const recipe = join(
  dirname(fileURLToPath(import.meta.url)),
  '../../../../docs/ADDING-A-STRATEGY.md',
);
const folder = mkdtempSync(join(tmpdir(), 'coupon-recipe-'));
const fixture = strategyFixture();

beforeAll(() => {
  const [, example = ''] = /```js\n(.*?)```/s.exec(readFileSync(recipe, 'utf8')) ?? [];
  writeFileSync(join(folder, 'patient-lock.mjs'), example);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the worked example of docs/ADDING-A-STRATEGY.md', () => {
  it('loads as it is printed, and issues exactly what there is to a crowd', async () => {
    const plugin = await loadExternal('./patient-lock.mjs', folder);
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

  it('refuses a lease that a transaction could outlast', async () => {
    const plugin = await loadExternal('./patient-lock.mjs', folder);
    await expect(
      plugin.configure({ PATIENT_LOCK_LEASE_MS: '100' })(fixture.resources),
    ).rejects.toThrow(
      'PATIENT_LOCK_LEASE_MS=100: must be more than MYSQL_TRANSACTION_MAX_MS (4000)',
    );
  });
});
