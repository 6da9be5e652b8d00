export { asNoVerdict, errnoOf } from './errors.js';
export { holdingsOf, insertGrants } from './grant-rows.js';
export { countGrants, nextOrdinal, raisedTo, soundStock, takenOf } from './stock-row.js';
export { mysqlStockStore } from './stock-store.js';
export { lookup } from './lookup.js';
export { migrate } from './migrate.js';
export { LOOKUP_CONNECTIONS, openMysql, type Mysql } from './mysql.js';
export type { Schema } from './schema.js';
export { mysqlSettings, type MysqlSettings } from './settings.js';
export { MysqlCatalog } from './mysql-catalog.js';
export { MysqlCouponRecords } from './mysql-coupon-records.js';
export { MysqlFixtureStore } from './mysql-fixture-store.js';
export { MysqlGrants } from './mysql-grants.js';
export { MysqlUsers } from './mysql-users.js';
export { runTransaction, type Work } from './transaction.js';
// Whoever writes SQL of its own on this database needs no second query builder.
export { sql } from 'kysely';
