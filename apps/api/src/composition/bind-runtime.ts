import type { OpenResources, Runtime } from '@coupon/runtime';
import type { Container } from 'inversify';
import type { Dependency } from '../routes/health.js';
import { keys } from './service-keys.js';

/** Binds what the runtime has opened. */
export function bindRuntime(container: Container, { resources, strategy }: Runtime): void {
  container.bind(keys.clock).toConstantValue(resources.clock);
  container.bind(keys.log).toConstantValue(resources.log);
  container.bind(keys.mysql).toConstantValue(resources.mysql);
  container.bind(keys.strategy).toConstantValue(strategy);
  container.bind(keys.alarms).toConstantValue(async () => (await strategy.alarms?.()) ?? []);
  container.bind(keys.dependencies).toConstantValue(() => dependenciesOf(resources));
}

/** What readiness checks: Redis only where the strategy uses it. */
function dependenciesOf({ mysql, redisInUse }: OpenResources): readonly Dependency[] {
  const redis = redisInUse();
  return [
    { name: 'mysql', ping: () => mysql.ping() },
    ...(redis === undefined ? [] : [{ name: 'redis', ping: () => redis.ping() }]),
  ];
}
