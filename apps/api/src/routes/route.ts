import type { Express, RequestHandler } from 'express';
import type { Authentication, Identity } from '../authentication.js';
import { RequestProblem } from '../errors.js';

/** One address, and what it does for each method it takes. */
export interface Route {
  readonly path: string;
  readonly get?: readonly RequestHandler[];
  readonly post?: readonly RequestHandler[];
}

/**
 * Puts routes on the app itself, flat: a Router between costs time on every request. Every other
 * method is answered 405.
 */
export function mount(app: Express, routes: readonly Route[]): void {
  for (const { path, get, post } of routes) {
    if (post !== undefined) app.post(path, ...post);
    if (get !== undefined) app.get(path, ...get);
    const allowed = [
      ...(get === undefined ? [] : ['GET', 'HEAD']),
      ...(post === undefined ? [] : ['POST']),
    ].join(', ');
    app.all(path, (_req, res) => {
      res.setHeader('Allow', allowed);
      throw new RequestProblem('METHOD_NOT_ALLOWED');
    });
  }
}

/** Runs `handle` for whoever the token names; the rest is answered 401. */
export function asUser(
  authentication: Authentication,
  handle: (identity: Identity, ...args: Parameters<RequestHandler>) => Promise<void>,
): RequestHandler {
  return async (req, res, next) =>
    handle(await authentication.identify(req.headers.authorization), req, res, next);
}

/**
 * Lets administrators pass, before anything of the body is read: 401 without a token, 403 with
 * another's.
 */
export function adminsOnly(authentication: Authentication): RequestHandler {
  return async (req, _res, next) => {
    const { role } = await authentication.identify(req.headers.authorization);
    if (role !== 'admin') throw new RequestProblem('FORBIDDEN');
    next();
  };
}
