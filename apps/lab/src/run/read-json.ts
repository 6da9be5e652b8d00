import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('not JSON');
    return z.NEVER;
  }
});

/**
 * Reads a file of JSON. Null where there is no such file, or its text does not match the schema: it
 * was written by another version, or cut short. Throws when an existing file cannot be read.
 */
export function readJson<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): z.infer<Schema> | null {
  if (!existsSync(file)) return null;
  const read = json.pipe(schema).safeParse(readFileSync(file, 'utf8'));
  return read.success ? read.data : null;
}
