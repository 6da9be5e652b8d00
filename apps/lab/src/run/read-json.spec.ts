import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';
import { readJson } from './read-json.js';

const schema = z.object({ version: z.literal(2) });
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'read-json-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['{"version":2}', { version: 2 }],
  ['{"version":1}', null],
  ['{"version":', null],
])('reads %s as %j', (text, expected) => {
  const file = join(folder, 'file.json');
  writeFileSync(file, text);
  expect(readJson(file, schema)).toEqual(expected);
});

it('reads a missing file as null, and throws for one that cannot be read', () => {
  expect(readJson(join(folder, 'missing.json'), schema)).toBeNull();
  expect(() => readJson(folder, schema)).toThrow('EISDIR');
});
