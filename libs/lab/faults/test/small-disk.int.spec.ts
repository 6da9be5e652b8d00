import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { openSmallDisk, whyNoSmallDisk } from '../src/small-disk.js';

it('a small disk is full until it is freed, or the machine has a reason to have none', async () => {
  const refusal = whyNoSmallDisk();
  if (refusal !== null) {
    await expect(openSmallDisk()).rejects.toThrow();
    return;
  }
  const disk = await openSmallDisk();
  const file = join(disk.folder, 'file');
  const write = (): void => writeFileSync(file, 'x'.repeat(4096));
  write();
  disk.fill();
  expect(() => writeFileSync(`${file}-2`, 'x'.repeat(4096))).toThrow(/ENOSPC/);
  disk.free();
  write();
  expect(readdirSync(disk.folder).sort()).toEqual(['file', 'file-2']);
  await disk[Symbol.asyncDispose]();
  expect(existsSync(disk.folder)).toBe(false);
});
