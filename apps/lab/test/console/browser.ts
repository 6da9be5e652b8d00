import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromiumFlags, provideServices } from '@coupon/services';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

/** A browser with a profile of its own, and all that its pages complained of. */
export interface TestBrowser extends AsyncDisposable {
  readonly context: BrowserContext;
  /** Errors on pages' consoles, and uncaught ones. */
  readonly complaints: string[];
  /** A page of the given size; a phone's is 390 x 844. */
  open(url: string, width?: number, height?: number): Promise<Page>;
}

/** Starts Chromium, installed or found; disposing ends it and removes its profile. */
export async function openBrowser(): Promise<TestBrowser> {
  await using services = await provideServices({
    need: ['chromium'],
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const executablePath = services.chromium.bin;
  const profile = mkdtempSync(join(tmpdir(), 'coupon-race-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: [...chromiumFlags],
    chromiumSandbox: false,
    locale: 'en-US',
    viewport: null,
  });
  const complaints: string[] = [];
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
  });
  context.on('weberror', (error) => {
    complaints.push(String(error.error()));
  });
  context.setDefaultTimeout(30_000);
  return {
    context,
    complaints,
    async open(url, width = 1280, height = 900) {
      const page = await context.newPage();
      await page.setViewportSize({ width, height });
      await page.goto(url);
      return page;
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** The remaining stock that a strategy's panel shows; null where there is no such panel. */
export async function remainingIn(page: Page, strategy: string): Promise<number | null> {
  const panel = page.locator(`.stock-panel[data-strategy="${strategy}"]`);
  return (await panel.count()) === 0
    ? null
    : Number(await panel.first().getAttribute('data-remaining'));
}

/** Polls `isSo` until it is true. Rejects with `what` after `withinMs`. */
export async function until(
  what: string,
  withinMs: number,
  isSo: () => boolean | Promise<boolean>,
): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(50);
  }
}
