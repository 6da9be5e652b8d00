export { chromiumFlags } from './chromium-flags.js';
export {
  disposableDatabase,
  disposableRedis,
  type DisposableOptions,
  type DisposableServer,
} from './disposable-server.js';
export { fakedClock, type FakedClock } from './faked-clock.js';
export { freshDatabase, type FreshDatabase } from './fresh-database.js';
export { interruptible } from './interruptible.js';
export {
  provideServices,
  type ProgramService,
  type ServerService,
  type Services,
} from './provide-services.js';
export type { RedisPersistence } from './redis-spec.js';
export { ServiceError, ServiceMissing } from './service-error.js';
export { provideToxiproxy, type Toxiproxy } from './toxiproxy.js';
export type { Stream, Toxic, ToxicProxy } from './toxic-proxy.js';
export { wholeNumber } from './whole-number.js';
