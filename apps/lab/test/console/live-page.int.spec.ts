import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cellsFolder } from '@coupon/faults';
import { execa } from 'execa';
import type { Page } from 'playwright-core';
import { Archive } from '../../src/console/archive.js';
import { exploreAndKeep } from '../../src/console/catalogue.js';
import { buildConsole, pageFolder } from '../../src/console/serve-console.js';
import { FaultCells } from '../../src/console/fault-cells.js';
import { openConsole, type Console } from '../../src/console/console-server.js';
import { resolveStrategies } from '../../src/run/resolve-strategies.js';
import { resultsFolder } from '../../src/run/paths.js';
import { runRace } from '../../src/run/race.js';
import { expectAccessible } from './axe.js';
import { remainingIn, openBrowser, until, type TestBrowser } from './browser.js';

let lab: Console;
let browser: TestBrowser;
let page: Page;
/** The race that the first test ran to its end. */
let finished = '';

beforeAll(async () => {
  await buildConsole();
  lab = await openConsole({
    port: 0,
    pageFolder,
    archive: new Archive(resultsFolder),
    faultCells: new FaultCells(cellsFolder),
    plugins: await resolveStrategies('built-in'),
    jobHandlers: { race: runRace, explore: exploreAndKeep },
  });
  browser = await openBrowser();
  page = await browser.open(lab.url);
}, 300_000);
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await lab[Symbol.asyncDispose]();
}, 60_000);
afterEach(() => {
  expect(browser.complaints.splice(0)).toEqual([]);
});

const go = async (hash: string): Promise<void> => {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
};
const phase = (name: string) => page.locator(`h1[data-phase="${name}"]`);
/** The id of the race that is on the page, which names its folder. */
const raceShown = async (): Promise<string> =>
  (await page.locator('h1[data-race]').getAttribute('data-race')) ?? '';
/** Command lines of this process's children. */
const childrenNow = async (): Promise<string[]> => {
  const { stdout } = await execa('ps', ['-eo', 'ppid=,args=']);
  return stdout.split('\n').filter((line) => Number.parseInt(line, 10) === process.pid);
};
const pick = async (...strategies: string[]): Promise<void> => {
  await page.getByRole('button', { name: 'None' }).click();
  for (const name of strategies) await page.getByRole('checkbox', { name }).check();
};

describe('the live page', () => {
  it('is small, soon there, and keeps the token out of the address', async () => {
    expect(page.url()).not.toContain('token');
    const loaded = await page.evaluate<{ urls: string[]; paintMs: number }>(
      "({ urls: performance.getEntriesByType('resource').map(({ name }) => name), paintMs: " +
        "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity })",
    );
    const bodies = await Promise.all(
      loaded.urls
        .filter((url) => /\.(js|css|svg)$/.test(url))
        .map(async (url) => (await page.request.get(url)).body()),
    );
    expect(bodies.length).toBeGreaterThanOrEqual(2);
    expect(bodies.reduce((sum, body) => sum + gzipSync(body).length, 0)).toBeLessThan(100_000);
    expect(loaded.urls.filter((url) => !url.startsWith('http://127.0.0.1:'))).toEqual([]);
    expect(loaded.paintMs).toBeLessThan(1_000);
  }, 60_000);

  it("starts a race, shows it move, survives a reload, ends with the rows' verdict", async () => {
    await pick('no-lock', 'mysql-for-update');
    await page.getByRole('button', { name: 'Start race' }).click();
    await phase('running').waitFor({ timeout: 120_000 });
    await until(
      'no-lock’s counter moves',
      60_000,
      async () => ((await remainingIn(page, 'no-lock')) ?? 2_000) < 2_000,
    );
    const before = await remainingIn(page, 'no-lock');
    await until('it moves on', 30_000, async () => (await remainingIn(page, 'no-lock')) !== before);

    await page
      .locator('.stock-panel.running[data-strategy="mysql-for-update"]')
      .waitFor({ timeout: 60_000 });
    await until(
      'mysql-for-update’s counter moves',
      60_000,
      async () => ((await remainingIn(page, 'mysql-for-update')) ?? 2_000) < 1_990,
    );
    await page.reload();
    await page.locator('.stock-panel.judged[data-strategy="no-lock"]').waitFor();
    expect(await remainingIn(page, 'mysql-for-update')).toBeLessThan(1_990);
    expect(await page.locator('.chart-panel').count()).toBe(4);

    await phase('finished').waitFor({ timeout: 120_000 });
    expect(
      await page.locator('.stock-panel.broke-as-declared[data-strategy="no-lock"]').count(),
    ).toBe(1);
    expect(await page.locator('.stock-panel.held[data-strategy="mysql-for-update"]').count()).toBe(
      1,
    );
    expect(await page.locator('.sentences').innerText()).toMatch(
      /no-lock broke: .*[\d,]+ of its [\d,]+ coupons .* are lost updates/,
    );
    finished = await raceShown();
    const written = new Archive(resultsFolder)
      .open(finished)
      ?.runs.find(({ strategy }) => strategy === 'no-lock');
    expect(await remainingIn(page, 'no-lock')).toBe(written?.rows.remaining);
  }, 300_000);

  it('replays all runs from the same start', async () => {
    const end = await remainingIn(page, 'mysql-for-update');
    await page.getByRole('button', { name: 'Replay side by side' }).click();
    await until(
      'the replay begins with all in stock',
      5_000,
      async () => ((await remainingIn(page, 'mysql-for-update')) ?? 0) > (end ?? 0),
    );
    await page.getByRole('button', { name: 'End replay' }).click();
    expect(await remainingIn(page, 'mysql-for-update')).toBe(end);
  }, 60_000);

  it('opens the race’s report, which asks nothing of the lab', async () => {
    const opened = browser.context.waitForEvent('page');
    await page.getByRole('link', { name: 'Open report' }).click();
    const report = await opened;
    await report.waitForLoadState();
    expect(await report.title()).not.toBe('');
    expect(await report.locator('body').innerText()).toContain('no-lock');
    await report.close();
  }, 60_000);

  it('lists it among the results, opens it, compares two, deletes one after asking', async () => {
    await go('#/results');
    await page.locator('.past li').first().waitFor();
    const id = finished;
    const copy = '2001-01-01T00-00-00-000Z';
    const folder = join(resultsFolder, copy);
    cpSync(join(resultsFolder, id), folder, { recursive: true });
    try {
      await page.reload();
      await page.locator(`[data-race="${copy}"]`).getByRole('checkbox').check();
      await page.locator(`[data-race="${id}"]`).getByRole('checkbox').check();
      await page.getByRole('link', { name: 'Compare the two' }).click();
      await page.getByRole('heading', { name: 'no-lock, smoke' }).waitFor();
      expect(await page.locator('td', { hasText: 'too few runs' }).count()).toBeGreaterThan(5);
      await go('#/results');
      page.once('dialog', (dialog) => void dialog.accept());
      await page.locator(`[data-race="${copy}"]`).getByRole('button').click();
      await page.locator(`[data-race="${copy}"]`).waitFor({ state: 'detached' });
      expect(new Archive(resultsFolder).open(copy)).toBeNull();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);

  it('walks through a schedule step by step, by button and by key', async () => {
    await go('#/schedules/no-lock/2');
    const explore = page.getByRole('button', { name: /^Explore/ });
    await explore.click();
    await page.getByRole('button', { name: 'Explore again' }).waitFor({ timeout: 120_000 });
    expect(await page.locator('.outcome.lost-update').count()).toBe(1);
    await page.getByRole('button', { name: 'First step' }).click();
    const later = await page.locator('.swimlanes .later').count();
    await page.getByRole('button', { name: 'Next' }).press('ArrowRight');
    expect(await page.locator('.swimlanes .later').count()).toBe(later - 1);
    await page.getByRole('button', { name: 'Last step' }).click();
    expect(await page.locator('.swimlanes .later').count()).toBe(0);
    expect(await page.locator('.swimlanes').innerHTML()).toContain('overwrites what');
  }, 180_000);

  it('is Korean and dark when chosen so, also after a reload', async () => {
    await go('#/strategies');
    await page.getByRole('button', { name: '한국어' }).click();
    await page.getByRole('heading', { name: '전략' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('ko');
    for (const name of ['테마: 시스템', '테마: 밝게'])
      await page.getByRole('button', { name }).click();
    await page.reload();
    await page.getByRole('button', { name: '테마: 어둡게' }).waitFor();
    const paper = await page.evaluate<string>(
      'getComputedStyle(document.documentElement).backgroundColor',
    );
    expect(Math.max(...(paper.match(/\d+/g) ?? ['255']).map(Number))).toBeLessThan(60);
    await page.getByRole('button', { name: '테마: 어둡게' }).click();
    await page.getByRole('button', { name: 'English' }).click();
  }, 60_000);

  it.each([
    '#/race',
    '#/results',
    '#/schedules/no-lock/2',
    '#/strategies',
    '#/strategies/redis-spin-lock',
  ])(
    '%s: axe-core finds nothing serious, in light and dark, and a phone need not scroll sideways',
    async (hash) => {
      await go(hash);
      await page.waitForTimeout(500);
      await expectAccessible(page);
    },
    60_000,
  );

  it('runs one race at a time, and stops it with all its processes', async () => {
    await go('#/race');
    await pick('mysql-for-update');
    await page.getByRole('button', { name: 'Start race' }).click();
    await page.locator('.stock-panel.running').waitFor({ timeout: 120_000 });
    const second = await page.evaluate<number>(
      "fetch('/api/race', { method: 'POST', headers: { 'content-type': " +
        "'application/json' }, body: JSON.stringify({ strategies: ['no-lock'], profile: " +
        "'smoke', repeats: 1, instances: 1 }) }).then(({ status }) => status)",
    );
    expect(second).toBe(409);
    // The browser's own line about the refusal above.
    expect(browser.complaints.splice(0)).toEqual([expect.stringContaining('409')]);
    await until(
      'the counter moves',
      60_000,
      async () => ((await remainingIn(page, 'mysql-for-update')) ?? 2_000) < 2_000,
    );
    expect((await childrenNow()).filter((line) => /k6 run|dist\/main\.js/.test(line))).toHaveLength(
      2,
    );
    await page.getByRole('button', { name: 'Stop' }).click();
    await phase('stopped').waitFor({ timeout: 30_000 });
    expect((await childrenNow()).filter((line) => /k6 run|dist\/main\.js/.test(line))).toEqual([]);
    await page.getByRole('button', { name: 'Start race' }).waitFor();
  }, 180_000);
});
