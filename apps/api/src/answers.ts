import { randomUUID } from 'node:crypto';
import { NoVerdict, type Log } from '@coupon/application';
import type { ErrorBody, Fault } from '@coupon/contract';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { problemOfNoVerdict, problems, RequestProblem, type ProblemName } from './errors.js';

/** Answers with JSON, past Express' own `res.json`, which costs as much as the rest of the route. */
export function answer(res: Response, code: number, body: unknown): void {
  res.statusCode = code;
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(JSON.stringify(body));
}

const acceptableRequestId = /^[\w.-]{1,64}$/;

/** The client's own X-Request-Id where it is harmless, else a new one. Only errors need it, so only they make it. */
const requestIdOf = (req: Request): string => {
  const sent = req.get('x-request-id');
  return sent !== undefined && acceptableRequestId.test(sent) ? sent : randomUUID();
};

/** Answers with a problem, in Korean where the client prefers it, else in English. Returns the request's id, for the log. */
export function answerProblem(req: Request, res: Response, name: ProblemName, faults: readonly Fault[] = []): string {
  const { code, status, reason, retryAfterS, en, ko } = problems[name];
  const language = req.acceptsLanguages('en', 'ko') === 'ko' ? 'ko' : 'en';
  const requestId = requestIdOf(req);
  const body: ErrorBody = {
    status,
    code,
    message: language === 'ko' ? ko : en,
    timestamp: new Date().toISOString().slice(0, -1),
    reason,
    requestId,
    ...(faults.length > 0 ? { faults: [...faults] } : {}),
  };
  res.setHeader('Content-Language', language);
  res.setHeader('Vary', 'Accept-Language');
  res.setHeader('X-Request-Id', requestId);
  if (retryAfterS !== undefined) res.setHeader('Retry-After', retryAfterS);
  if (code === 401) res.setHeader('WWW-Authenticate', 'Bearer');
  answer(res, code, body);
  return requestId;
}

/** Express' last handler: what a route threw becomes an answer. Only bugs are logged here, and only the log sees their stack. */
export function problemHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) return next(error); // nothing can be said any more: Express closes the connection
    if (error instanceof RequestProblem) return void answerProblem(req, res, error.problem, error.faults);
    if (error instanceof NoVerdict) return void answerProblem(req, res, problemOfNoVerdict[error.kind]);
    const blamed = clientError(error);
    if (blamed !== null) return void answerProblem(req, res, blamed.problem, blamed.faults);
    const requestId = answerProblem(req, res, 'INTERNAL_ERROR');
    log.error('unexpected error', { requestId, method: req.method, path: req.path, error });
  };
}

/** The client's faults that Express and its body parser find themselves; they carry a `status` of 4xx (module http-errors). */
function clientError(error: unknown): RequestProblem | null {
  if (!(error instanceof Error)) return null;
  const status: unknown = Reflect.get(error, 'status');
  if (typeof status !== 'number' || status < 400 || status > 499) return null;
  if (status === 413) return new RequestProblem('TOO_LARGE');
  if (status === 415) return new RequestProblem('UNSUPPORTED_MEDIA_TYPE');
  if (error instanceof URIError) return new RequestProblem('INVALID_REQUEST', [{ field: 'path', allowed: 'valid percent-encoding' }]);
  return new RequestProblem('INVALID_REQUEST', [{ field: 'body', allowed: 'one complete JSON object' }]);
}
