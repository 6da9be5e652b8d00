export { chromiumFlags } from './chromium.js';
export { expendableRedis, type ExpendableRedis } from './expendable-redis.js';
export { freshDatabase, type FreshDatabase } from './fresh-database.js';
export {
  provideServices,
  type DatabaseService,
  type ProgramService,
  type RedisService,
  type Services,
  type ServicesWanted,
} from './provide-services.js';
export { ServiceFault, ServiceMissing, type ServiceName } from './service-missing.js';
