export { chromiumFlags } from './chromium-flags.js';
export { disposableRedis, type DisposableRedis } from './disposable-redis.js';
export { freshDatabase, type FreshDatabase } from './fresh-database.js';
export {
  provideServices,
  type ProgramService,
  type ServerService,
  type Services,
} from './provide-services.js';
export { ServiceError, ServiceMissing } from './service-error.js';
export { provideToxiproxy, type Toxiproxy } from './toxiproxy.js';
export type { Stream, Toxic, ToxicProxy } from './toxic-proxy.js';
