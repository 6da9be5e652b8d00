import { randomUUID } from 'node:crypto';
import type { ErrorBody, FieldFault } from '@coupon/http-contract';
import type { Request, Response } from 'express';
import { errorResponses, type ErrorName, type ErrorResponse } from './errors.js';

/** Sends `body` as JSON, past Express's own `res.json`, which costs as much as the whole route. */
export function sendJson(res: Response, code: number, body: unknown): void {
  sendRawJson(res, code, JSON.stringify(body));
}

/** Sends a text that is JSON already. */
export function sendRawJson(res: Response, code: number, json: string): void {
  res.statusCode = code;
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(json);
}

type Language = keyof ErrorResponse['message'];

let lastMs = Number.NaN;
let lastIso = '';

/**
 * `new Date(ms).toISOString()`, remembered: under load many responses share a millisecond, or the
 * time of their batch.
 */
export function isoTime(ms: number): string {
  if (ms !== lastMs) {
    lastMs = ms;
    lastIso = new Date(ms).toISOString();
  }
  return lastIso;
}

const acceptableRequestId = /^[\w.-]{1,64}$/;

/** The client's own X-Request-Id where it is harmless, else a new one; only errors carry one. */
const requestIdOf = (req: Request): string => {
  const sent = req.headers['x-request-id'];
  return typeof sent === 'string' && acceptableRequestId.test(sent) ? sent : randomUUID();
};

/**
 * Sends an error, in Korean where the client prefers it, else in English. Returns the request's id,
 * for the log.
 */
export function sendError(
  req: Request,
  res: Response,
  name: ErrorName,
  faults: readonly FieldFault[] = [],
): string {
  const { code, retryAfterS, challenge } = errorResponses[name];
  // Most clients send no preference; reading one costs as much as the rest of the response.
  const language: Language =
    req.headers['accept-language'] !== undefined && req.acceptsLanguages('en', 'ko') === 'ko'
      ? 'ko'
      : 'en';
  const requestId = requestIdOf(req);
  res.setHeader('Content-Language', language);
  res.setHeader('Vary', 'Accept-Language');
  res.setHeader('X-Request-Id', requestId);
  if (retryAfterS !== undefined) res.setHeader('Retry-After', retryAfterS);
  if (challenge !== undefined) res.setHeader('WWW-Authenticate', challenge);
  sendRawJson(res, code, errorJson(name, language, requestId, faults));
  return requestId;
}

/**
 * An ErrorBody as JSON. Its constant parts are formatted once: sold-out coupons are refused
 * thousands of times a second.
 */
function errorJson(
  name: ErrorName,
  language: Language,
  requestId: string,
  faults: readonly FieldFault[],
): string {
  const { head, middle } = (constantParts.get(name) ?? addConstantParts(name))[language];
  const tail = faults.length > 0 ? `,"faults":${JSON.stringify(faults)}}` : '}';
  return `${head}${isoTime(Date.now())}${middle}${requestId}"${tail}`;
}

/** `{"status":...,"timestamp":"` and `","reason":...,"requestId":"`. */
interface ConstantParts {
  readonly head: string;
  readonly middle: string;
}

const constantPartsOf = ({
  code,
  status,
  reason,
  message,
}: ErrorResponse): Readonly<Record<Language, ConstantParts>> => {
  const around = (text: string): ConstantParts => {
    const body: ErrorBody = {
      status,
      code,
      message: text,
      timestamp: '\0',
      reason,
      requestId: '',
    };
    const [head = '', rest = ''] = JSON.stringify(body).split('\\u0000');
    return { head, middle: rest.slice(0, -2) };
  };
  return { en: around(message.en), ko: around(message.ko) };
};
const constantParts = new Map<ErrorName, ReturnType<typeof constantPartsOf>>();

function addConstantParts(name: ErrorName): ReturnType<typeof constantPartsOf> {
  const parts = constantPartsOf(errorResponses[name]);
  constantParts.set(name, parts);
  return parts;
}
