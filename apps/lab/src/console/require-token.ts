import { createHash, timingSafeEqual } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { RefusedRequest } from './refused-request.js';

/** Only the lab's own files, no inline script or style, no frame. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * A report is one file with inline scripts and styles. It runs in an origin of its own, so it can
 * neither send requests to the lab nor read its cookie.
 */
export const reportPolicy =
  "sandbox allow-scripts allow-popups; default-src 'none'; script-src 'unsafe-inline'; " +
  "style-src 'unsafe-inline'; img-src data:; font-src data:";

/** Sets the headers of every response. */
export const headers: RequestHandler = (_request, response, next) => {
  response.set({
    'content-security-policy': pagePolicy,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  next();
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
/** Compares in constant time, whatever the lengths. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

const cookieNamed = (name: string, header: string | undefined): string | undefined =>
  header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/**
 * Requires the token: once as `?token=`, which is moved to a cookie that scripts cannot read, or as
 * `Authorization: Bearer`. Refuses requests for another host name (DNS rebinding) and requests from
 * other sites' pages, with or without the cookie.
 */
export const requireToken =
  (token: string, port: () => number): RequestHandler =>
  (request: Request, response: Response, next: NextFunction) => {
    const hosts = [`127.0.0.1:${port()}`, `localhost:${port()}`];
    const { host = '', origin, cookie, authorization = '' } = request.headers;
    const site = request.headers['sec-fetch-site'];
    if (!hosts.includes(host))
      throw new RefusedRequest(421, 'FORBIDDEN', 'the lab answers only under its loopback address');
    const isForeign =
      (origin !== undefined && origin !== `http://${host}`) ||
      (site !== undefined && site !== 'same-origin' && site !== 'none');
    if (isForeign)
      throw new RefusedRequest(403, 'FORBIDDEN', 'requests from other sites are refused');
    const name = `coupon-race-${port()}`;
    const given = request.query['token'];
    if (
      request.method === 'GET' &&
      request.path === '/' &&
      typeof given === 'string' &&
      isSame(given, token)
    ) {
      response
        .cookie(name, token, { httpOnly: true, sameSite: 'strict', path: '/' })
        .redirect(303, '/');
      return;
    }
    const shown = authorization.startsWith('Bearer ')
      ? authorization.slice('Bearer '.length)
      : cookieNamed(name, cookie);
    if (shown === undefined || !isSame(shown, token))
      throw new RefusedRequest(
        401,
        'FORBIDDEN',
        'open the address that npm run lab printed: it includes the token',
      );
    next();
  };
