import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readText, writePrivate, type ServicesFolder } from './services-folder.js';

/** A random password of letters and digits, which URLs and SQL need not quote. */
export const randomPassword = (): string => randomBytes(18).toString('hex');

/** The password of the private servers, generated on first use. Only the supervisor calls this. */
export function passwordOf(folder: ServicesFolder): string {
  const file = join(folder.root, 'password');
  const existing = readText(file);
  if (existing !== '') return existing;
  const password = randomPassword();
  writePrivate(file, password);
  return password;
}
