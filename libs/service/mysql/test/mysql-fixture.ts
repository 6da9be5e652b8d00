import { DisposalStack, systemClock } from '@coupon/application';
import { freshDatabase, provideServices } from '@coupon/services';
import type { Terms } from '@coupon/domain';
import { migrate, MysqlCatalog, mysqlSettings, openMysql, type Mysql } from '../src/index.js';
import { cuttingProxy, type CuttingProxy } from './cutting-proxy.js';

/** The system's clocks. */
export const clock = systemClock;

/** A migrated database of its own. Its disposal closes every pool and drops the database. */
export interface MysqlFixture extends AsyncDisposable {
  readonly url: string;
  /** The migrations that ran. */
  readonly migrations: readonly string[];
  readonly mysql: Mysql;
  /** A proxy before the database's server. */
  readonly proxy: CuttingProxy;
  /** Opens another pool with `env`, through `port` of this machine if given. */
  open(env?: Readonly<Record<string, string>>, port?: number): Mysql;
  /** Creates a coupon without a limit per user. */
  createCoupon(totalQuantity?: number): Promise<Terms>;
}

/** Opens a fixture; `name` becomes part of the database's name. */
export async function openMysqlFixture(name: string): Promise<MysqlFixture> {
  const opened = new DisposalStack();
  const { database } = opened.use(await provideServices({ need: ['database'] }));
  const { url } = opened.use(await freshDatabase(database, name));
  const migrations = await migrate(url);
  const open = (env: Readonly<Record<string, string>> = {}, port?: number): Mysql => {
    const at = new URL(url);
    if (port !== undefined) at.port = String(port);
    return opened.use(openMysql(mysqlSettings({ DATABASE_URL: at.href, ...env }), clock));
  };
  const mysql = open();
  return {
    url,
    migrations,
    mysql,
    proxy: opened.use(await cuttingProxy(Number(new URL(url).port))),
    open,
    async createCoupon(totalQuantity = 5) {
      const { coupon } = await new MysqlCatalog(mysql).create({
        name: '티 tea',
        totalQuantity,
        perUserLimit: null,
        opensAtMs: 0,
        closesAtMs: 4_000_000_000_123,
      });
      return coupon.terms;
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
