import type { Log } from '@coupon/application';
import express, { type Express } from 'express';
import { problemHandler } from './answers.js';
import { RequestProblem } from './errors.js';
import { mount, type Route } from './routes/route.js';

/** The Express app over `routes`, asked in their order: the hot one stands first. */
export function createApp(routes: readonly Route[], log: Log): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  mount(app, routes);
  app.use(() => {
    throw new RequestProblem('NOT_FOUND');
  });
  app.use(problemHandler(log));
  return app;
}
