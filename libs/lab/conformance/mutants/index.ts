import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadPlugin, type Plugin } from '@coupon/strategies';
import { mutantSchema, type KilledBy } from './support/killed-by.js';

/** A strategy that is wrong in one way. */
export interface Mutant extends KilledBy {
  readonly plugin: Plugin;
}

const folder = new URL('.', import.meta.url);

async function loadMutant(file: string): Promise<Mutant> {
  const url = new URL(file, folder);
  const module: unknown = await import(url.href);
  return {
    ...mutantSchema.parse(module).killedBy,
    plugin: await loadPlugin(fileURLToPath(url)),
  };
}

/** Loads every mutant: each file beside this one is one. */
export async function loadMutants(): Promise<readonly Mutant[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && file !== 'index.ts');
  const mutants: Mutant[] = [];
  // one after the other: jest cannot link two modules at once
  for (const file of files) mutants.push(await loadMutant(file));
  return mutants;
}
