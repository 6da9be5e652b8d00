import { NoVerdict, type Log } from '@coupon/application';
import type { ErrorRequestHandler } from 'express';
import { errorOfNoVerdict, RequestError } from './errors.js';
import { sendError } from './responses.js';

/**
 * Express's last handler: sends what a route threw as an error. Bugs, and nothing else, are logged;
 * only the log has their stack.
 */
export function errorHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    // Too late for an error response: Express closes the connection.
    if (res.headersSent) {
      next(error);
      return;
    }
    if (error instanceof NoVerdict) return void sendError(req, res, errorOfNoVerdict[error.kind]);
    const requestError = error instanceof RequestError ? error : clientError(error);
    if (requestError !== null)
      return void sendError(req, res, requestError.error, requestError.faults);
    const requestId = sendError(req, res, 'INTERNAL_ERROR');
    log.error('unexpected error', { requestId, method: req.method, path: req.path, error });
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
