import { createInterface } from 'node:readline';
import type { z } from 'zod';
import type { Child } from './child-process.js';

const START_MS = 20_000;

/**
 * The first line of a process's log that `schema` accepts; null when the process ends or takes over
 * 20 s. Reads on, so that its pipe never fills.
 */
export function readyLine<Schema extends z.ZodType>(
  child: Child,
  schema: Schema,
): Promise<z.infer<Schema> | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), START_MS);
    const settle = (line: z.infer<Schema> | null) => {
      clearTimeout(timer);
      resolve(line);
    };
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      const ready = schema.safeParse(jsonOf(line));
      if (ready.success) settle(ready.data);
    });
    lines.on('close', () => settle(null));
  });
}

const jsonOf = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};
