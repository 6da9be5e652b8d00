import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Machine } from './machine.js';
import { provideServices } from './provide-services.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coupon-chromium-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const program = (name: string, script: string): string => {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
};
/** A machine on which nothing may be installed and that has only what is in the folder. */
const machine = (env: NodeJS.ProcessEnv = {}): Machine => ({
  env: { COUPON_RACE_INSTALL: 'never', ...env },
  folders: [folder],
});
const provide = (env?: NodeJS.ProcessEnv) =>
  provideServices({ need: ['chromium'], machine: machine(env) });

describe('Chromium', () => {
  it('is found by any of its names, and reports its version', async () => {
    const bin = program('google-chrome', 'echo Google Chrome 140.0.7000.1');
    expect((await provide()).chromium).toEqual({ bin, version: '140.0.7000' });
  });

  it('is the one that CHROMIUM_BIN names, or none', async () => {
    program('chromium', 'echo Chromium 1.2.3');
    const bin = program('mine', 'echo Chromium 9.8.7');
    expect((await provide({ CHROMIUM_BIN: bin })).chromium).toEqual({ bin, version: '9.8.7' });
    await expect(provide({ CHROMIUM_BIN: join(folder, 'none') })).rejects.toThrow(
      /^CHROMIUM_BIN=.*none is not an executable file/,
    );
  });

  it('that is missing is reported with what to install where nothing may be', async () => {
    await expect(provide()).rejects.toThrow(
      /chromium is missing[\s\S]*apt-get install chromium[\s\S]*COUPON_RACE_INSTALL=never/,
    );
  });

  it('that prints no version is refused', async () => {
    program('chromium', 'exit 1');
    await expect(provide()).rejects.toThrow(/this is not a working chromium/);
  });
});
