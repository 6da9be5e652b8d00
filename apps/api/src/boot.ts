import { ConfigFaults, NoVerdict } from '@coupon/application';
import { errnoOf } from '@coupon/mysql';
import type { Service } from './composition.js';
import type { HttpSettings } from './http-settings.js';

/**
 * Asks the database one question that needs the tables, so that a wrong or empty database is found
 * at boot, not by a customer.
 */
export async function checkSchema({ catalog }: Service): Promise<void> {
  await catalog.page(null, 1);
}

/**
 * Makes the configured administrator where nobody has that email. An existing user is left as it
 * is, password and role.
 */
export async function seedAdmin(
  { users, passwords, log }: Service,
  admin: NonNullable<HttpSettings['admin']>,
): Promise<void> {
  const found = await users.findByEmail(admin.email);
  if (found === null) await users.add(admin.email, await passwords.hash(admin.password), 'admin');
  else if (found.role !== 'admin')
    log.warn('ADMIN_EMAIL belongs to a user who is no administrator', { email: admin.email });
}

const NO_SUCH_TABLE = 1146;

/** Why the service does not start, in lines for a person: no stacks. */
export function bootFault(error: unknown, env: NodeJS.ProcessEnv): string {
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
