export { chromiumFlags } from './chromium.js';
export { disposableRedis, type DisposableRedis } from './disposable-redis.js';
export { freshDatabase, type FreshDatabase } from './fresh-database.js';
export {
  provideServices,
  type DatabaseService,
  type ProgramService,
  type RedisService,
  type Services,
} from './provide-services.js';
export { ServiceError, ServiceMissing, type ServiceName } from './service-missing.js';
