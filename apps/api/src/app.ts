import type { Log } from '@coupon/application';
import express, { type Express } from 'express';
import { errorHandler } from './error-handler.js';
import { RequestError } from './errors.js';
import { mount, type Route } from './routes/route.js';

/** The Express app over `routes`, which it tries in their order: put the hot one first. */
export function createApp(routes: readonly Route[], log: Log): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  mount(app, routes);
  app.use(() => {
    throw new RequestError('NOT_FOUND');
  });
  app.use(errorHandler(log));
  return app;
}
