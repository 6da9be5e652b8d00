import { randomUUID } from 'node:crypto';
import { NoVerdict, type Log } from '@coupon/application';
import type { ErrorBody, Fault } from '@coupon/http-contract';
import type { ErrorRequestHandler, Request, Response } from 'express';
import {
  problemOfNoVerdict,
  problems,
  RequestProblem,
  type Problem,
  type ProblemName,
} from './errors.js';

/**
 * Answers with JSON, past Express' own `res.json`, which costs as much as the rest of the route.
 */
export function answer(res: Response, code: number, body: unknown): void {
  answerText(res, code, JSON.stringify(body));
}

/** Answers with a text that is JSON already. */
export function answerText(res: Response, code: number, json: string): void {
  res.statusCode = code;
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(json);
}

let lastMs = Number.NaN;
let lastIso = '';

/**
 * `new Date(ms).toISOString()`; under load thousands of answers fall into the same millisecond, or
 * share their batch's.
 */
export function isoTime(ms: number): string {
  if (ms !== lastMs) [lastMs, lastIso] = [ms, new Date(ms).toISOString()];
  return lastIso;
}

const acceptableRequestId = /^[\w.-]{1,64}$/;

/**
 * The client's own X-Request-Id where it is harmless, else a new one. Only errors need it, so only
 * they make it.
 */
const requestIdOf = (req: Request): string => {
  const sent = req.headers['x-request-id'];
  return typeof sent === 'string' && acceptableRequestId.test(sent) ? sent : randomUUID();
};

/**
 * Answers with a problem, in Korean where the client prefers it, else in English. Returns the
 * request's id, for the log.
 */
export function answerProblem(
  req: Request,
  res: Response,
  name: ProblemName,
  faults: readonly Fault[] = [],
): string {
  const { code, retryAfterS } = problems[name];
  // Most clients send no preference, and to look at one costs as much as the rest of the answer.
  const language =
    req.headers['accept-language'] !== undefined && req.acceptsLanguages('en', 'ko') === 'ko'
      ? 'ko'
      : 'en';
  const requestId = requestIdOf(req);
  res.setHeader('Content-Language', language);
  res.setHeader('Vary', 'Accept-Language');
  res.setHeader('X-Request-Id', requestId);
  if (retryAfterS !== undefined) res.setHeader('Retry-After', retryAfterS);
  if (code === 401) res.setHeader('WWW-Authenticate', 'Bearer');
  answerText(res, code, problemJson(name, language, requestId, faults));
  return requestId;
}

/**
 * The body of a problem, as JSON. All that never changes is put together once: sold-out coupons are
 * refused thousands of times a second.
 */
function problemJson(
  name: ProblemName,
  language: 'en' | 'ko',
  requestId: string,
  faults: readonly Fault[],
): string {
  const [head, middle] = preparedProblems[name][language];
  const tail = faults.length > 0 ? `,"faults":${JSON.stringify(faults)}}` : '}';
  return `${head}${isoTime(Date.now()).slice(0, -1)}${middle}${requestId}"${tail}`;
}

type Prepared = Readonly<Record<'en' | 'ko', readonly [head: string, middle: string]>>;

/**
 * The two texts around the timestamp: `{"status":...,"timestamp":"` and
 * `","reason":...,"requestId":"`.
 */
const preparedIn = ({ code, status, reason, en, ko }: Problem): Prepared => {
  const around = (message: string): readonly [string, string] => {
    const body: ErrorBody = { status, code, message, timestamp: '\0', reason, requestId: '' };
    const [head = '', rest = ''] = JSON.stringify(body).split('\\u0000');
    return [head, rest.slice(0, -2)];
  };
  return { en: around(en), ko: around(ko) };
};
const preparedProblems = mapValues(problems, preparedIn);

/** The same keys with other values. */
function mapValues<Key extends string, A, B>(
  record: Readonly<Record<Key, A>>,
  change: (value: A) => B,
): Readonly<Record<Key, B>> {
  const entries = Object.entries<A>(record).map(([key, value]) => [key, change(value)]);
  return Object.fromEntries(entries);
}

/**
 * Express' last handler: what a route threw becomes an answer. Only bugs are logged here, and only
 * the log sees their stack.
 */
export function problemHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    // nothing can be said any more: Express closes the connection
    if (res.headersSent) return next(error);
    if (error instanceof RequestProblem)
      return void answerProblem(req, res, error.problem, error.faults);
    if (error instanceof NoVerdict)
      return void answerProblem(req, res, problemOfNoVerdict[error.kind]);
    const blamed = clientError(error);
    if (blamed !== null) return void answerProblem(req, res, blamed.problem, blamed.faults);
    const requestId = answerProblem(req, res, 'INTERNAL_ERROR');
    log.error('unexpected error', { requestId, method: req.method, path: req.path, error });
  };
}

/**
 * The client's faults that Express and its body parser find themselves; they carry a `status` of
 * 4xx (module http-errors).
 */
function clientError(error: unknown): RequestProblem | null {
  if (!(error instanceof Error)) return null;
  const status: unknown = Reflect.get(error, 'status');
  if (typeof status !== 'number' || status < 400 || status > 499) return null;
  if (status === 413) return new RequestProblem('TOO_LARGE');
  if (status === 415) return new RequestProblem('UNSUPPORTED_MEDIA_TYPE');
  if (error instanceof URIError)
    return new RequestProblem('INVALID_REQUEST', [
      { field: 'path', allowed: 'valid percent-encoding' },
    ]);
  return new RequestProblem('INVALID_REQUEST', [
    { field: 'body', allowed: 'one complete JSON object' },
  ]);
}
