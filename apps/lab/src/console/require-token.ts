import { createHash, timingSafeEqual } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** Nothing but the lab's own files, no inline script or style, in nobody's frame. */
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
 * A report is one file with its scripts and styles inside; it runs as if from nowhere, so it can
 * neither ask the lab nor read its cookie.
 */
export const reportPolicy =
  "sandbox allow-scripts allow-popups; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:";

/** Headers of every answer. */
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
/** Takes the same time wherever the two differ, and whatever their lengths. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

const cookieNamed = (name: string, header: string | undefined): string | undefined =>
  header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** What a refused visitor is told: a page as plain as it can be. */
const refuse = (response: Response, status: 401 | 403 | 421, message: string): void =>
  void response.status(status).json({ error: 'FORBIDDEN', message });

/**
 * Lets in who has the token, once by `?token=` (then it is a cookie that scripts cannot read, and
 * gone from the address) or by `Authorization: Bearer`. Refuses requests under another host name (a
 * foreign name that was made to point here), and requests that another site's page sends, with or
 * without the cookie.
 */
export const requireToken =
  (token: string, port: () => number): RequestHandler =>
  (request: Request, response: Response, next: NextFunction) => {
    const hosts = [`127.0.0.1:${port()}`, `localhost:${port()}`];
    const { host = '', origin, cookie, authorization = '' } = request.headers;
    const site = request.headers['sec-fetch-site'];
    if (!hosts.includes(host))
      return refuse(
        response,
        421,
        'this is the lab on the loopback, and it answers under no other name',
      );
    const isForeign =
      (origin !== undefined && origin !== `http://${host}`) ||
      (site !== undefined && site !== 'same-origin' && site !== 'none');
    if (isForeign) return refuse(response, 403, 'requests of other sites are refused');
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
      return refuse(response, 401, 'open the address that npm run lab printed: it has the token');
    next();
  };
