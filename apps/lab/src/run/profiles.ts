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

/** A load, as it stands in k6/profiles. */
export type Profile = z.infer<typeof profileSchema>;

/** The names of all profiles. */
export const profileNames: readonly string[] = readdirSync(join(k6Folder, 'profiles')).map((file) =>
  file.replace(/\.json$/, ''),
);

/**
 * Reads a profile of `profileNames`. Throws zod's error, which names the field, when its file is
 * not one.
 */
export const readProfile = (name: string): Profile =>
  profileSchema.parse(JSON.parse(readFileSync(join(k6Folder, 'profiles', `${name}.json`), 'utf8')));

/** How long k6 will load, without the time that the last answers take. */
export const loadMs = (profile: Profile): number =>
  profile.stages.reduce((sum, stage) => sum + stage.durationMs, 0);
