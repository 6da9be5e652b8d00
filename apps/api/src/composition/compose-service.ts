import 'reflect-metadata';
import type { Server } from 'node:http';
import {
  openTogether,
  type CouponCatalog,
  type Log,
  type PasswordHasher,
  type UserDirectory,
} from '@coupon/application';
import { openRuntime } from '@coupon/runtime';
import { MemoryCounters, MemoryHistograms } from '@coupon/telemetry';
import { Container } from 'inversify';
import type { Drain } from '../drain.js';
import type { ServiceSettings } from '../settings.js';
import { bindHttp } from './bind-http.js';
import { bindRuntime } from './bind-runtime.js';
import { bindUseCases } from './bind-use-cases.js';
import { keys } from './service-keys.js';

/** The parts of the service that its process works with. */
export interface ServiceParts {
  readonly server: Server;
  readonly drain: Drain;
  readonly log: Log;
  readonly catalog: CouponCatalog;
  readonly users: UserDirectory;
  readonly passwords: PasswordHasher;
}

/**
 * The whole service, composed and not yet listening. Its disposal closes the strategy and the
 * connections under it.
 */
export interface Service extends ServiceParts, AsyncDisposable {}

/**
 * Composes the service. Rejects with what opening the strategy rejects with; nothing stays open
 * then.
 */
export function composeService(settings: ServiceSettings): Promise<Service> {
  return openTogether(async (stack) => {
    const counters = new MemoryCounters();
    const meter = new MemoryHistograms('coupon_');
    const runtime = stack.use(await openRuntime(settings, { counters, meter }));
    const container = new Container({ defaultScope: 'Singleton' });
    container.bind(keys.settings).toConstantValue(settings);
    container.bind(keys.events).toConstantValue(counters);
    container.bind(keys.outcomes).toConstantValue(new MemoryCounters());
    container.bind(keys.meter).toConstantValue(meter);
    bindRuntime(container, runtime);
    bindUseCases(container);
    bindHttp(container);
    container.bind(keys.service).toResolvedValue(
      (server, drain, log, catalog, users, passwords) => ({
        server,
        drain,
        log,
        catalog,
        users,
        passwords,
      }),
      [keys.server, keys.drain, keys.log, keys.catalog, keys.users, keys.passwords],
    );
    return container.get(keys.service);
  });
}
