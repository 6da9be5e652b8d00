import type { Role, User, UserDirectory } from '@coupon/application';
import { userId } from '@coupon/domain';
import { asNoVerdict, errnoOf } from './errors.js';
import { lookup } from './lookup.js';
import type { Mysql } from './mysql.js';

/** Users in MySQL; the collation of the email column ignores case. */
export class MysqlUsers implements UserDirectory {
  constructor(private readonly mysql: Mysql) {}

  async add(email: string, passwordHash: string, role: Role): Promise<User | null> {
    try {
      const { insertId } = await this.mysql.db
        .insertInto('users')
        .values({ email, password_hash: passwordHash, role })
        .executeTakeFirstOrThrow();
      return { id: userId(Number(insertId)), email, passwordHash, role };
    } catch (error) {
      if (errnoOf(error) === 1062) return null;
      throw asNoVerdict(error);
    }
  }

  async findByEmail(email: string): Promise<User | null> {
    const row = await lookup(
      this.mysql.db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst(),
    );
    return row === undefined
      ? null
      : { id: userId(row.id), email: row.email, passwordHash: row.password_hash, role: row.role };
  }
}
