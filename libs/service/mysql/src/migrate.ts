import { Kysely, Migrator, MysqlDialect } from 'kysely';
import { createPool } from 'mysql2';
import { migrations } from './migrations.js';
import type { Schema } from './schema.js';

/**
 * Brings the database at `url` to the newest schema and returns the names of the migrations that
 * were run (none: it was there already). One job, run by an operator or the lab, never by the
 * service's racing instances. Rejects with the database's error; on MySQL DDL is not transactional,
 * so a failed migration is left for a person to look at.
 */
export async function migrate(url: string): Promise<readonly string[]> {
  const db = new Kysely<Schema>({
    dialect: new MysqlDialect({
      pool: createPool({ uri: url, connectionLimit: 2, connectTimeout: 5_000 }),
    }),
  });
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: () => Promise.resolve(migrations) },
    });
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error !== undefined)
      throw error instanceof Error ? error : new Error('a migration failed', { cause: error });
    return results.map((result) => result.migrationName);
  } finally {
    await db.destroy();
  }
}
