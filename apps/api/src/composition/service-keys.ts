import type { Server } from 'node:http';
import type {
  Clock,
  CouponCatalog,
  CreateCoupon,
  GetCoupon,
  GrantArchive,
  IssuanceStrategy,
  IssueCoupon,
  ListCoupons,
  ListMyCoupons,
  Log,
  LogIn,
  PasswordHasher,
  SignUp,
  UserDirectory,
} from '@coupon/application';
import type { Mysql } from '@coupon/mysql';
import type { MemoryCounters, MemoryHistograms } from '@coupon/telemetry';
import type { Express } from 'express';
import type { ServiceIdentifier } from 'inversify';
import type { Authentication } from '../authentication.js';
import type { Drain } from '../drain.js';
import type { OpenConnections } from '../open-connections.js';
import type { Reads } from '../reads.js';
import type { HealthRouteDeps } from '../routes/health.js';
import type { Route } from '../routes/route.js';
import type { ServiceSettings } from '../settings.js';
import type { ServiceParts } from './compose-service.js';

const key = <T>(name: string): ServiceIdentifier<T> => Symbol(name);

/** The container's key for each part of the service. */
export const keys = {
  settings: key<ServiceSettings>('settings'),
  clock: key<Clock>('clock'),
  log: key<Log>('log'),
  events: key<MemoryCounters>('events'),
  outcomes: key<MemoryCounters>('outcomes'),
  meter: key<MemoryHistograms>('meter'),
  mysql: key<Mysql>('mysql'),
  strategy: key<IssuanceStrategy>('strategy'),
  dependencies: key<HealthRouteDeps['dependencies']>('dependencies'),
  alarms: key<HealthRouteDeps['alarms']>('alarms'),

  catalog: key<CouponCatalog>('catalog'),
  grants: key<GrantArchive>('grants'),
  users: key<UserDirectory>('users'),
  passwords: key<PasswordHasher>('passwords'),
  authentication: key<Authentication>('authentication'),

  issueCoupon: key<IssueCoupon>('issueCoupon'),
  createCoupon: key<CreateCoupon>('createCoupon'),
  getCoupon: key<GetCoupon>('getCoupon'),
  listCoupons: key<ListCoupons>('listCoupons'),
  listMyCoupons: key<ListMyCoupons>('listMyCoupons'),
  signUp: key<SignUp>('signUp'),
  logIn: key<LogIn>('logIn'),

  reads: key<Reads>('reads'),
  connections: key<OpenConnections>('connections'),
  drain: key<Drain>('drain'),
  metrics: key<HealthRouteDeps['metrics']>('metrics'),
  issueRoutes: key<readonly Route[]>('issueRoutes'),
  couponRoutes: key<readonly Route[]>('couponRoutes'),
  meRoutes: key<readonly Route[]>('meRoutes'),
  authRoutes: key<readonly Route[]>('authRoutes'),
  healthRoutes: key<readonly Route[]>('healthRoutes'),
  app: key<Express>('app'),
  server: key<Server>('server'),
  service: key<ServiceParts>('service'),
};
