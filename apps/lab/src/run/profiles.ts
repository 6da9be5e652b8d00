import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { k6Folder } from './paths.js';

const profileSchema = z.strictObject({
  name: z.string(),
  about: z.string(),
  totalQuantity: z.number().int().min(1).max(10_000_000),
  stages: z
    .array(
      z.strictObject({
        durationMs: z.number().int().min(0).max(600_000),
        users: z.number().int().min(0).max(10_000),
      }),
    )
    .min(1),
  thinkMs: z.number().int().min(0),
});

/** A load: a file of k6/profiles. */
export type Profile = z.infer<typeof profileSchema>;

/** The names of all profiles. */
export const profileNames: readonly string[] = readdirSync(join(k6Folder, 'profiles')).map((file) =>
  file.replace(/\.json$/, ''),
);

/**
 * Reads a profile of `profileNames`. Throws a ZodError, which names the field, when it is invalid.
 */
export const readProfile = (name: string): Profile =>
  profileSchema.parse(JSON.parse(readFileSync(join(k6Folder, 'profiles', `${name}.json`), 'utf8')));

/** The duration of a load, without the last answers. */
export const loadMs = (profile: Profile): number =>
  profile.stages.reduce((sum, stage) => sum + stage.durationMs, 0);
