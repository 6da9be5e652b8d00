import type { Express, RequestHandler } from 'express';
import type { Authentication, Identity } from '../authentication.js';
import { RequestError } from '../errors.js';

/** One path and its handlers for each method. */
export interface Route {
  readonly path: string;
  readonly get?: readonly RequestHandler[];
  readonly post?: readonly RequestHandler[];
}

/**
 * Mounts the routes on the app itself: a Router in between costs time on every request. Other
 * methods get 405.
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
      throw new RequestError('METHOD_NOT_ALLOWED');
    });
  }
}

/** Runs `handle` for the user that the token names; without a valid token the response is 401. */
export function asUser(
  authentication: Authentication,
  handle: (identity: Identity, ...args: Parameters<RequestHandler>) => Promise<void>,
): RequestHandler {
  return async (req, res, next) =>
    handle(await authentication.identify(req.headers.authorization), req, res, next);
}

/**
 * Lets administrators pass, before any of the body is read: 401 without a valid token, 403 with
 * another user's.
 */
export function adminsOnly(authentication: Authentication): RequestHandler {
  return async (req, _res, next) => {
    const { role } = await authentication.identify(req.headers.authorization);
    if (role !== 'admin') throw new RequestError('FORBIDDEN');
    next();
  };
}
