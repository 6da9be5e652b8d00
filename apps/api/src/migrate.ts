/**
 * `npm run migrate [-- --database-url <url>]`: brings the database, DATABASE_URL's unless another
 * is named, to the newest schema. One job, run before the service starts.
 */
import { parseArgs } from 'node:util';
import { migrate, mysqlSettings } from '@coupon/mysql';

try {
  const { values } = parseArgs({ options: { 'database-url': { type: 'string' } } });
  const { url } = mysqlSettings({
    ...process.env,
    ...(values['database-url'] === undefined ? {} : { DATABASE_URL: values['database-url'] }),
  });
  const names = await migrate(url);
  process.stdout.write(
    names.length === 0 ? 'The schema is up to date.\n' : `Run: ${names.join(', ')}\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
