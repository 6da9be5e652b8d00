import {
  cachedCatalog,
  CreateCoupon,
  GetCoupon,
  IssueCoupon,
  ListCoupons,
  ListMyCoupons,
  LogIn,
  SignUp,
} from '@coupon/application';
import { MysqlCatalog, MysqlGrants, MysqlUsers } from '@coupon/mysql';
import type { Container } from 'inversify';
import { Argon2PasswordHasher } from '../argon2-password-hasher.js';
import { Authentication } from '../authentication.js';
import { keys } from './service-keys.js';

/** Coupons and verified tokens that are remembered at the same time. */
const COUPONS_REMEMBERED_MAX = 10_000;
const TOKENS_REMEMBERED_MAX = 10_000;

/** Binds the use cases and the adapters of their ports. */
export function bindUseCases(container: Container): void {
  bindAdapters(container);
  container.bind(keys.issueCoupon).toResolvedValue(
    ({ http }, catalog, strategy, grants, clock, events) => {
      const remembered = cachedCatalog(catalog, clock, events, {
        staleMs: http.catalogStaleMs,
        staleWhenDownMs: http.catalogStaleWhenDownMs,
        entriesMax: COUPONS_REMEMBERED_MAX,
      });
      return new IssueCoupon(remembered, strategy, grants, clock);
    },
    [keys.settings, keys.catalog, keys.strategy, keys.grants, keys.clock, keys.events],
  );
  container
    .bind(keys.createCoupon)
    .toResolvedValue((catalog) => new CreateCoupon(catalog), [keys.catalog]);
  container
    .bind(keys.getCoupon)
    .toResolvedValue((catalog) => new GetCoupon(catalog), [keys.catalog]);
  container
    .bind(keys.listCoupons)
    .toResolvedValue((catalog) => new ListCoupons(catalog), [keys.catalog]);
  container
    .bind(keys.listMyCoupons)
    .toResolvedValue((grants) => new ListMyCoupons(grants), [keys.grants]);
  container
    .bind(keys.signUp)
    .toResolvedValue(
      (users, passwords, tokens) => new SignUp(users, passwords, tokens),
      [keys.users, keys.passwords, keys.authentication],
    );
  container
    .bind(keys.logIn)
    .toResolvedValue(
      (users, passwords, tokens) => new LogIn(users, passwords, tokens),
      [keys.users, keys.passwords, keys.authentication],
    );
}

function bindAdapters(container: Container): void {
  container.bind(keys.catalog).toResolvedValue((mysql) => new MysqlCatalog(mysql), [keys.mysql]);
  container.bind(keys.grants).toResolvedValue((mysql) => new MysqlGrants(mysql), [keys.mysql]);
  container.bind(keys.users).toResolvedValue((mysql) => new MysqlUsers(mysql), [keys.mysql]);
  container
    .bind(keys.passwords)
    .toResolvedValue((clock) => new Argon2PasswordHasher(clock), [keys.clock]);
  container.bind(keys.authentication).toResolvedValue(
    ({ http }, clock) =>
      new Authentication(
        {
          secret: http.jwtSecret,
          lifetimeS: http.jwtLifetimeS,
          rememberedMax: TOKENS_REMEMBERED_MAX,
        },
        clock,
      ),
    [keys.settings, keys.clock],
  );
}
