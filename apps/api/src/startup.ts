import { ConfigFaults, NoVerdict } from '@coupon/application';
import { errnoOf } from '@coupon/mysql';
import type { Service } from './composition/compose-service.js';
import type { HttpSettings } from './http-settings.js';

/** Queries a table, so that a wrong or empty database is found at startup, not by a customer. */
export async function checkSchema({ catalog }: Service): Promise<void> {
  await catalog.page(null, 1);
}

/**
 * Adds the configured administrator where nobody has that email. An existing user keeps password
 * and role.
 */
export async function seedAdmin(
  { users, passwords, log }: Service,
  admin: NonNullable<HttpSettings['admin']>,
): Promise<void> {
  const existing = await users.findByEmail(admin.email);
  if (existing === null)
    await users.add(admin.email, await passwords.hash(admin.password), 'admin');
  else if (existing.role !== 'admin')
    log.warn('ADMIN_EMAIL belongs to a user who is no administrator', { email: admin.email });
}

const NO_SUCH_TABLE = 1146;

/** Why the service does not start, for a person to read: no stack. */
export function startupErrorMessage(error: unknown, env: NodeJS.ProcessEnv): string {
  if (error instanceof ConfigFaults) return error.message;
  if (error instanceof NoVerdict)
    return `cannot start: ${error.message} (DATABASE_URL and REDIS_URL say where they are)`;
  if (errnoOf(error) === NO_SUCH_TABLE)
    return 'cannot start: the database has no tables yet; run the migrations first';
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (code === 'EADDRINUSE')
    return `PORT=${env['PORT'] ?? '3000'}: in use already; choose another, or 0 for any free one`;
  if (code === 'EACCES')
    return `PORT=${env['PORT'] ?? '3000'}: this user may not listen there; choose one above 1023`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST=${env['HOST'] ?? '127.0.0.1'}: no address of this machine`;
  return `cannot start: ${error instanceof Error ? error.message : String(error)}`;
}
