export { asNoVerdict, errnoOf } from './errors.js';
export { holdingsOf, insertGrants } from './grant-rows.js';
export { mysqlStockStore } from './stock-store.js';
export { migrate } from './migrate.js';
export { openMysql, type Mysql } from './mysql.js';
export type { Schema } from './schema.js';
export { mysqlSettings, type MysqlSettings } from './settings.js';
export { MysqlCatalog, MysqlGrants, MysqlUsers } from './stores.js';
export { runTransaction, type Work } from './transaction.js';
