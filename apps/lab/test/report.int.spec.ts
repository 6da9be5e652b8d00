import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { raceResultSchema, runNameOf, type RunResult } from '@coupon/results';
import { pluginNamed } from '@coupon/strategies';
import { renderReport } from '@coupon/ui/report';
import type { Page } from 'playwright-core';
import { resultsFolder } from '../src/run/paths.js';
import { readProfile } from '../src/run/profiles.js';
import { runRace, type RaceOutcome } from '../src/run/race.js';
import { buildReportAssets } from '../src/report/report-assets.js';
import { publishedRuns } from '../src/report/write-report.js';
import { figuresOf, sentenceOf, tableOf } from '../src/output/table.js';
import { openBrowser, until, type TestBrowser } from './console/browser.js';

const pictures = join(resultsFolder, 'screenshots');
const signal = new AbortController().signal;
const progress = { say: () => undefined, now: () => undefined, [Symbol.dispose]: () => undefined };
const profile = readProfile('smoke');
const startedAt = new Date();

let race: RaceOutcome;
let browser: TestBrowser;
let asked: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  browser.context.on('request', (request) => void asked.push(request.url()));
  const runs = [
    { plugin: pluginNamed('no-lock'), profile, repeat: 1 },
    { plugin: pluginNamed('mysql-for-update'), profile, repeat: 1, instances: 2 },
  ];
  race = await runRace(runs, {
    command: 'npm run race -- --strategies no-lock,mysql-for-update',
    startedAt,
    say: () => undefined,
    openProgress: () => progress,
    signal,
  });
  mkdirSync(pictures, { recursive: true });
}, 300_000);
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  rmSync(race.folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const page of browser.context.pages().slice(1)) await page.close();
});

const open = async (width?: number): Promise<Page> => {
  if (race.report === null) throw new Error('no report was written');
  asked = [];
  return browser.open(pathToFileURL(race.report).href, width);
};

/** Brings every chart into view once, so that all are drawn. */
async function drawAll(page: Page): Promise<void> {
  for (const chart of await page.locator('[data-chart]').all()) {
    await chart.scrollIntoViewIfNeeded();
    await until(
      'a chart is drawn',
      10_000,
      async () => (await chart.locator('canvas').count()) === 1,
    );
  }
}

/** The table of a section, row by row, as a reader of the chosen language sees it. */
const cellsIn = async (page: Page, selector: string): Promise<string[][]> =>
  Promise.all(
    (await page.locator(`${selector} tr`).all()).map(async (row) =>
      (await row.locator('th, td').allInnerTexts()).map((text) => text.trim()),
    ),
  );

describe('the report of a race', () => {
  it('is one small file that requests nothing and logs no error', async () => {
    const page = await open();
    await drawAll(page);
    expect(statSync(race.report ?? '').size).toBeLessThan(3_000_000);
    expect(asked.filter((url) => !url.startsWith('file:'))).toEqual([]);
    expect(asked).toHaveLength(1);
    expect(browser.complaints).toEqual([]);
  }, 60_000);

  it('has the figures of the table and of the JSON', async () => {
    const page = await open();
    const result = raceResultSchema.parse(JSON.parse(readFileSync(race.file, 'utf8')));
    expect(
      raceResultSchema.parse(JSON.parse((await page.locator('#result').textContent()) ?? '')),
    ).toEqual(result);
    const [, ...lines] = await cellsIn(page, '#figures');
    const expected = figuresOf(race.runs).map(({ label, figures }) => [label, ...figures]);
    expect(lines.map((line) => line.map((cell) => cell.replace(/\s+/g, ' ')))).toEqual(
      expected.map((line) => line.map((cell) => cell.replace(/\s+/g, ' '))),
    );
    for (const cell of expected.flat()) expect(tableOf(race.runs)).toContain(cell.split('\n')[0]);
    for (const run of race.runs) {
      const card = page.locator(`.card[data-run="${runNameOf(run)}"]`);
      expect(await card.innerText()).toContain(sentenceOf(run));
      expect(await card.locator('dd').first().innerText()).toBe(
        (run.http.status['200'] ?? 0).toLocaleString('en-US'),
      );
    }
    expect((await cellsIn(page, '#original'))[2]?.slice(2, 4)).toEqual(
      [race.runs[0]?.http.requests, race.runs[0]?.http.status['200']].map((count) =>
        count?.toLocaleString('en-US'),
      ),
    );
  }, 60_000);

  it.each([0, 1])(
    'draws run %d from every answer and from the rows it ended with',
    async (n) => {
      const page = await open();
      const run = race.runs[n];
      const tableOfChart = async (chart: string): Promise<number[][]> => {
        const panel = page.locator('.chart-panel', {
          has: page.locator(`[data-chart="run-${n}-${chart}"]`),
        });
        await panel.locator('summary').click();
        await panel.locator('details table').waitFor();
        const [, ...rows] = await cellsIn(
          page,
          `.chart-panel:has([data-chart="run-${n}-${chart}"]) details`,
        );
        return rows.map((row) =>
          row.map((cell) => (cell === '-' ? Number.NaN : Number(cell.replace(/[^\d.-]/g, '')))),
        );
      };
      const distribution = await tableOfChart('distribution');
      expect(
        distribution.reduce((sum, [, granted = 0, others = 0]) => sum + granted + others, 0),
      ).toBe(run?.http.requests);
      expect(distribution.reduce((sum, [, granted = 0]) => sum + granted, 0)).toBe(
        run?.http.status['200'],
      );
      const stock = await tableOfChart('stock');
      expect(stock.length).toBeGreaterThan(3);
      const { remaining = 0, total = 0, issued = 0 } = run?.rows ?? {};
      expect(stock.at(-1)?.slice(1)).toEqual([remaining, total - issued]);
      expect(stock.at(-1)?.[1] === stock.at(-1)?.[2]).toBe(run?.verdict.sound);
    },
    60_000,
  );

  it("shows the broken one's stale read and overwritten value, and the other's wait", async () => {
    const page = await open();
    const broken = page.locator('.trace[data-strategy="no-lock"] svg:visible');
    expect(await broken.count()).toBe(1);
    const words = await broken.locator('text').allTextContents();
    for (const mark of [
      /^stale as soon as [AB] commits$/,
      /^overwrites what [AB] wrote$/,
      /^lost: [AB] overwrites it$/,
      /^1 remaining, 0 expected$/,
    ])
      expect(words).toContainEqual(expect.stringMatching(mark));
    expect(await broken.locator('.box.bad').count()).toBe(3);
    const sound = page.locator('.trace[data-strategy="mysql-for-update"] svg:visible');
    expect(await sound.locator('.waiting').count()).toBe(1);
    expect(await sound.locator('.box.bad').count()).toBe(0);
    await page.locator('.trace[data-strategy="no-lock"] summary').click();
    expect(
      await page.locator('.trace[data-strategy="no-lock"] table:visible').innerText(),
    ).toContain('overwrites what');
  }, 60_000);

  it('is Korean or English, light or dark, and stays so after a reload', async () => {
    const page = await open();
    const paper = () =>
      page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
    expect(await page.locator('h1').innerText()).toBe('Coupon Race: report');
    await page.click('[data-language="ko"]');
    await page.click('[data-theme="dark"]');
    expect(await page.locator('h1').innerText()).toBe('쿠폰 레이스: 보고서');
    const dark = await paper();
    await page.reload();
    expect(await page.locator('h1').innerText()).toBe('쿠폰 레이스: 보고서');
    expect(await paper()).toBe(dark);
    expect(await page.locator('svg:visible').first().getAttribute('lang')).toBe('ko');
    await drawAll(page);
    await page.screenshot({ path: join(pictures, 'report-dark-ko.png'), fullPage: true });
    await page.click('[data-language="en"]');
    await page.click('[data-theme="light"]');
    expect(await paper()).not.toBe(dark);
    await drawAll(page);
    await page.screenshot({ path: join(pictures, 'report.png'), fullPage: true });
  }, 60_000);

  it('is read by keyboard: a chart says the figures at its cursor, as its table does', async () => {
    const page = await open();
    const panel = page.locator('.chart-panel').first();
    await drawAll(page);
    await panel.locator('[data-chart]').focus();
    await page.keyboard.press('End');
    await panel.locator('.reading:not(:empty)').waitFor();
    const reading = await panel.locator('.reading').innerText();
    await panel.locator('summary').focus();
    await page.keyboard.press('Enter');
    await panel.locator('details table').waitFor();
    const rows = await cellsIn(page, '.chart-panel:has([data-chart="run-0-stock"]) details');
    expect(
      reading
        .replace(/[^\d., ]/g, '')
        .split(/, /)
        .map((part) => part.trim()),
    ).toEqual(rows.at(-1));
  }, 60_000);

  it('has nothing that axe finds serious, in either color', async () => {
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const page = await open();
    await drawAll(page);
    for (const theme of ['light', 'dark']) {
      await page.click(`[data-theme="${theme}"]`);
      await page.evaluate(axe);
      const found = await page.evaluate<readonly string[]>(`axe.run().then(({ violations }) =>
        violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => id + ': ' +
            nodes.slice(0, 3).map(({ html }) => html.slice(0, 120)).join(' | ')))`);
      expect(found).toEqual([]);
    }
  }, 120_000);

  it('fits a phone, and paper', async () => {
    const page = await open(390);
    await drawAll(page);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
      390,
    );
    await page.screenshot({ path: join(pictures, 'report-phone.png'), fullPage: true });
    const paper = await open();
    const pdf = await paper.pdf({ format: 'A4' }); // not one chart was in view before
    expect(pdf.length).toBeGreaterThan(50_000);
    expect(await paper.locator('canvas').count()).toBe(10);
  }, 60_000);
});

describe('a report of a race of strangers', () => {
  it('runs nothing that a name, a finding or a command may hold', async () => {
    const evil =
      "</script><script>document.title='broken in'</script>" +
      `<img src=x onerror="document.title='broken in'">&'"`;
    const [first] = race.runs;
    if (first === undefined) throw new Error('a race was run');
    const run: RunResult = {
      ...first,
      strategy: evil,
      profile: evil,
      http: { ...first.http, reasons: { [evil]: 3 } },
      verdict: {
        ...first.verdict,
        expected: evil,
        findings: [{ kind: 'lost-updates', count: 1, text: evil, claims: [evil] }],
      },
    };
    const environment = { ...race.environment, cpu: evil, revision: evil };
    const timeline = {
      atS: [1],
      responses: [{ outcome: evil, perS: [1], count: 1 }],
      latencyMs: { med: [1], p95: [1], max: [1] },
      distribution: { upToMs: [1], granted: [1], others: [0] },
      stock: { atS: [1], remaining: [1], expectedRemaining: [1] },
    };
    const text = renderReport(
      {
        result: { schemaVersion: 1, command: evil, environment, runs: [run] },
        timelines: [timeline],
        traces: [],
        original: publishedRuns,
      },
      await buildReportAssets(),
    );
    const page = await browser.open('about:blank');
    await page.setContent(text);
    await drawAll(page);
    expect(await page.title()).toContain('Coupon Race');
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('#environment').innerText()).toContain(evil);
    expect(JSON.parse((await page.locator('#result').textContent()) ?? '')).toMatchObject({
      command: evil,
    });
  }, 60_000);
});
