import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultCell } from '@coupon/results';
import { renderCellReport } from '@coupon/ui/report';
import type { Page } from 'playwright-core';
import { Archive } from '../../src/console/archive.js';
import { openConsole, type Console } from '../../src/console/console-server.js';
import { FaultCells } from '../../src/console/fault-cells.js';
import { buildConsole, pageFolder } from '../../src/console/serve-console.js';
import { buildReportAssets } from '../../src/report/report-assets.js';
import { expectAccessible, seriousOn } from './axe.js';
import { openBrowser, type TestBrowser } from './browser.js';
import { cellOf } from './cell-of.js';

const folder = mkdtempSync(join(tmpdir(), 'coupon-faults-page-'));
const cells = join(folder, 'faults');
let lab: Console;
let browser: TestBrowser;
let page: Page;

beforeAll(async () => {
  await buildConsole();
  mkdirSync(cells);
  lab = await openConsole({
    port: 0,
    pageFolder,
    archive: new Archive(folder),
    faultCells: new FaultCells(cells),
    plugins: [],
    jobHandlers: { race: () => Promise.resolve(), explore: () => Promise.resolve() },
  });
  browser = await openBrowser();
  page = await browser.open(lab.url);
}, 300_000);
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);
afterEach(() => {
  expect(browser.complaints.splice(0)).toEqual([]);
});

const write = (further: Partial<FaultCell>): void => {
  const cell = cellOf(further);
  writeFileSync(join(cells, `${cell.fault}.${cell.strategy}.json`), JSON.stringify(cell));
};
const go = async (hash: string): Promise<void> => {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
};
const deviation = 'process 2 ended 9000 ms after SIGTERM with SIGKILL';

describe('the page of the fault lab', () => {
  it('while nothing was run says which command fills it', async () => {
    await go('#/faults');
    await page.getByText('npm run faults', { exact: true }).waitFor();
  }, 60_000);

  it('says of each cell whether it is as predicted, not run, or of an older revision', async () => {
    write({});
    write({ strategy: 'no-lock', deviations: [deviation] });
    write({ fault: 'rows-lost', revision: 'bbb', startedAt: '2026-01-02T00:00:00.000Z' });
    await page.reload();
    const row = page.getByRole('row', { name: /^late-commit/ });
    await row.getByRole('link', { name: /^sound \(as predicted\) older/ }).waitFor();
    await row.getByRole('link', { name: /^sound \(NOT as predicted\) older/ }).waitFor();
    expect(await row.getByRole('link', { name: 'not run' }).count()).toBeGreaterThan(5);
    await page.getByRole('checkbox', { name: /Only what is not/ }).check();
    expect(await page.locator('.fault-matrix tbody tr').count()).toBe(1);
    expect(await page.locator('.fault-matrix thead th').allInnerTexts()).toEqual([
      'Fault',
      'no-lock',
    ]);
  }, 60_000);

  it('opens a cell with its deviations and its chart, and leads back to where it was', async () => {
    await page.getByRole('link', { name: /NOT as predicted/ }).click();
    await page.getByText(deviation).waitFor();
    await page.locator('[data-chart="fault-grants"] canvas').waitFor();
    await page.getByText('npm run faults -- --fault late-commit --strategy no-lock').waitFor();
    const chart = page.locator('[data-chart="fault-grants"]');
    await chart.press('Home');
    for (let step = 0; step < 10; step += 1) await chart.press('ArrowRight');
    expect(await page.locator('.reading').innerText()).toBe('1, grants 0, fault, without a grant');
    await page.getByRole('link', { name: 'All faults' }).click();
    await page.locator('.fault-matrix').waitFor();
    expect(await page.locator('.fault-matrix tbody tr').count()).toBe(1);
    await page.getByRole('checkbox').uncheck();
  }, 60_000);

  it.each(['#/faults', '#/faults/late-commit/no-lock', '#/faults/api-killed/no-lock'])(
    '%s: nothing serious for axe-core, light and dark; a phone need not scroll sideways',
    async (hash) => {
      await go(hash);
      await page.locator(hash === '#/faults' ? '.fault-matrix' : '.opened-cell pre').waitFor();
      await expectAccessible(page);
    },
    60_000,
  );
});

describe('the report of a cell on disk', () => {
  it('draws the chart, changes its language, and asks nothing of anybody', async () => {
    const cell = cellOf({ deviations: [deviation, '<script>alert(1)</script>'] });
    const file = join(folder, 'report.html');
    writeFileSync(file, renderCellReport(cell, 'what it does', await buildReportAssets()));
    const report = await browser.open(pathToFileURL(file).href);
    await report.locator('canvas').waitFor();
    await report.getByText('<script>alert(1)</script>').waitFor();
    expect(await seriousOn(report)).toEqual([]);
    await report.getByRole('button', { name: '한국어' }).click();
    await report.getByRole('heading', { name: '측정값' }).waitFor();
    expect(await report.getByText('Measured').isVisible()).toBe(false);
    const asked = await report.evaluate<string[]>(
      "performance.getEntriesByType('resource').map(({ name }) => name)",
    );
    expect(asked).toEqual([]);
    await report.close();
  }, 60_000);
});
