import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { isRecord, readJson, writePrivate, type ServicesFolder } from './folder.js';

/**
 * The private servers' passwords: letters and digits, so that they go into URLs and SQL as they
 * are.
 */
export interface Secrets {
  readonly database: string;
  readonly redis: string;
}

/**
 * The folder's secrets, made at random on first use. Only the keeper calls this, so nobody races.
 */
export function secretsOf(folder: ServicesFolder): Secrets {
  const file = join(folder.root, 'secrets.json');
  const kept = readJson(file);
  if (isRecord(kept) && typeof kept['database'] === 'string' && typeof kept['redis'] === 'string') {
    return { database: kept['database'], redis: kept['redis'] };
  }
  const secrets = {
    database: randomBytes(18).toString('hex'),
    redis: randomBytes(18).toString('hex'),
  };
  writePrivate(file, JSON.stringify(secrets));
  return secrets;
}
