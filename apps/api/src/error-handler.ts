import { NoVerdict, type Log } from '@coupon/application';
import type { ErrorRequestHandler } from 'express';
import { errorOfNoVerdict, RequestError } from './errors.js';
import { sendError } from './responses.js';
import { stackOncePerMinute } from './stack-once-per-minute.js';

/**
 * Express's last handler: sends what a route threw as an error. Bugs and inconsistent coupons, and
 * nothing else, are logged; only the log has their stack, and each stack once a minute.
 */
export function errorHandler(log: Log): ErrorRequestHandler {
  const readable = stackOncePerMinute();
  return (error: unknown, req, res, next) => {
    // Too late for an error response: Express closes the connection.
    if (res.headersSent) {
      next(error);
      return;
    }
    const { method, path } = req;
    if (error instanceof NoVerdict) {
      const requestId = sendError(req, res, errorOfNoVerdict[error.kind]);
      if (error.kind === 'inconsistent')
        log.error('coupon inconsistent', { requestId, method, path, error: readable(error) });
      return;
    }
    const requestError = error instanceof RequestError ? error : clientError(error);
    if (requestError !== null)
      return void sendError(req, res, requestError.error, requestError.faults);
    const requestId = sendError(req, res, 'INTERNAL_ERROR');
    log.error('unexpected error', { requestId, method, path, error: readable(error) });
  };
}

/**
 * A fault of the client that Express or its body parser finds; it carries a `status` of 4xx (module
 * http-errors). Null: a bug.
 */
function clientError(error: unknown): RequestError | null {
  if (!(error instanceof Error)) return null;
  const status: unknown = Reflect.get(error, 'status');
  if (typeof status !== 'number' || status < 400 || status > 499) return null;
  if (status === 413) return new RequestError('TOO_LARGE');
  if (status === 415) return new RequestError('UNSUPPORTED_MEDIA_TYPE');
  if (error instanceof URIError)
    return new RequestError('INVALID_REQUEST', [
      { field: 'path', allowed: 'valid percent-encoding' },
    ]);
  return new RequestError('INVALID_REQUEST', [
    { field: 'body', allowed: 'one complete JSON object' },
  ]);
}
