/** `npm run screenshots`: pictures of the live page, for a person to look at and for the README. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cellsFolder } from '@coupon/faults';
import type { Page } from 'playwright-core';
import { Archive } from '../../src/console/archive.js';
import { exploreAndKeep } from '../../src/console/catalogue.js';
import { buildConsole, pageFolder } from '../../src/console/serve-console.js';
import { FaultCells } from '../../src/console/fault-cells.js';
import { openConsole } from '../../src/console/console-server.js';
import { resolveStrategies } from '../../src/run/resolve-strategies.js';
import { resultsFolder, root } from '../../src/run/paths.js';
import { runRace } from '../../src/run/race.js';
import { remainingIn, openBrowser, until } from './browser.js';

const folder = join(resultsFolder, 'screenshots');
/** The README's. */
const pictures = join(root, 'docs/pictures');
for (const one of [folder, pictures]) mkdirSync(one, { recursive: true });

await buildConsole();
await using lab = await openConsole({
  port: 0,
  pageFolder,
  archive: new Archive(resultsFolder),
  faultCells: new FaultCells(cellsFolder),
  plugins: await resolveStrategies('all'),
  jobHandlers: { race: runRace, explore: exploreAndKeep },
});
await using browser = await openBrowser();
const page = await browser.open(lab.url);
/** What fits on a screen, for the README. */
const picture = (of: Page, name: string): Promise<unknown> =>
  of.screenshot({ path: join(pictures, `${name}.png`) });
const shoot = async (of: Page, name: string): Promise<void> => {
  await of.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
};
const go = async (hash: string): Promise<void> => {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await page.waitForTimeout(700);
};

await page.getByRole('button', { name: 'Start race' }).waitFor();
await shoot(page, 'page-start');
await page.getByText('mysql-for-update').click();
await page.getByRole('button', { name: 'Start race' }).click();
await page
  .locator('.stock-panel.running[data-strategy="redis-spin-lock"]')
  .waitFor({ timeout: 120_000 });
await until(
  'the stock of redis-spin-lock falls',
  60_000,
  async () =>
    ((await remainingIn(page, 'redis-spin-lock')) ?? 2_000) < 1_200 ||
    (await page.locator('.stock-panel.running[data-strategy="mysql-for-update"]').count()) > 0,
);
await shoot(page, 'page-racing');
await picture(page, 'live-page');
await page.locator('h1[data-phase="finished"]').waitFor({ timeout: 180_000 });
await page.waitForTimeout(500);
await shoot(page, 'page-verdict');
const id = (await page.locator('h1[data-race]').getAttribute('data-race')) ?? '';
const report = await browser.open(new URL(`/results/${id}/report.html`, lab.url).href, 1280, 860);
await report.waitForTimeout(1_000);
await shoot(report, 'report');
await picture(report, 'report');
const drawn = report.locator('.swimlanes').first();
if ((await drawn.count()) > 0)
  await drawn.screenshot({ path: join(pictures, 'report-race-drawn.png') });
await report.close();
await go('#/results');
await shoot(page, 'page-results');
await page.locator('.past .summary a').first().click();
await page.waitForTimeout(500);
await shoot(page, 'page-opened');
await go('#/schedules/no-lock/2');
if (await page.getByRole('button', { name: 'Explore', exact: true }).isVisible()) {
  await page.getByRole('button', { name: 'Explore', exact: true }).click();
  await page.locator('.walk').waitFor({ timeout: 120_000 });
}
await shoot(page, 'page-schedules');
await go('#/faults');
await shoot(page, 'page-faults');
await go('#/strategies');
await shoot(page, 'page-strategies');
await go('#/strategies/no-lock');
await shoot(page, 'page-strategy');
await page.emulateMedia({ colorScheme: 'dark' });
await go('#/race');
await page.waitForTimeout(500);
await shoot(page, 'page-dark');
await page.setViewportSize({ width: 390, height: 844 });
await page.getByRole('button', { name: '한국어' }).click();
await page.waitForTimeout(500);
await shoot(page, 'page-phone-ko');
await go('#/schedules/no-lock/2');
await shoot(page, 'page-phone-schedules');
process.stdout.write(`Pictures: ${folder}, ${pictures}\n${browser.complaints.join('\n')}\n`);
