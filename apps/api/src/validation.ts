import { idSchema, type FieldFault } from '@coupon/http-contract';
import { couponId, type CouponId } from '@coupon/domain';
import { json, type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import { RequestError } from './errors.js';

/** The longest request body, in bytes. */
export const BODY_BYTES_MAX = 16 * 1024;
/** Faults that one answer names: a body of 16 KiB has room for thousands. */
const FAULTS_MAX = 20;
/** Characters of an invalid value that the error repeats. */
const ECHO_MAX = 100;

const hasBody = (req: Request): boolean =>
  req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;

const parseJson = json({
  limit: BODY_BYTES_MAX,
  inflate: false,
  strict: true,
  type: 'application/json',
});

/** For routes with a body: parses JSON and refuses every other type. Other routes ignore theirs. */
export const jsonBody: readonly RequestHandler[] = [
  (req, _res, next) => {
    if (hasBody(req) && !req.is('application/json'))
      throw new RequestError('UNSUPPORTED_MEDIA_TYPE');
    next();
  },
  parseJson,
];

/**
 * For routes without a body: drops one unparsed, and refuses it above the limit. Null where the
 * headers show that it is within the limit, so that the hot path awaits nothing.
 */
export function bodyWithinLimit(req: Request): Promise<void> | null {
  const declared = req.headers['content-length'];
  if (declared !== undefined && Number(declared) > BODY_BYTES_MAX)
    throw new RequestError('TOO_LARGE');
  return req.headers['transfer-encoding'] === undefined ? null : readToEnd(req);
}

/** Reads a body of undeclared length to its end, or up to the limit. */
function readToEnd(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) reject(new RequestError('TOO_LARGE'));
    });
    req.on('end', resolve);
    req.on('close', resolve);
  });
}

/**
 * Parses `input` by `schema`. Throws RequestError with the faults of all fields; `whole` names the
 * input itself, such as `body`.
 */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown, whole: string): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new RequestError('INVALID_REQUEST', faultsOf(result.error, input, whole));
}

/** The coupon's id in the path. Throws RequestError. */
export function couponIdOf(req: Request): CouponId {
  const raw = req.params['id'];
  // Up to 15 digits are always safe: the hot path's ids need no schema.
  if (typeof raw === 'string' && /^[1-9]\d{0,14}$/.test(raw)) return couponId(Number(raw));
  const parsed = idSchema.safeParse(raw);
  if (parsed.success) return couponId(parsed.data);
  throw new RequestError('INVALID_REQUEST', faultsOf(parsed.error, raw, 'id'));
}

/**
 * One fault per invalid field, FAULTS_MAX at most: further ones of the same field would only repeat
 * it.
 */
function faultsOf(error: z.ZodError, input: unknown, whole: string): readonly FieldFault[] {
  const faults = new Map<string, FieldFault>();
  for (const issue of error.issues) {
    // The error leaves out the value of an unknown field: it may be a password, misspelt.
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys)
        faults.set(key, { field: key.slice(0, ECHO_MAX), allowed: 'no such field' });
    else {
      const field = issue.path.map(String).join('.') || whole;
      if (!faults.has(field))
        faults.set(field, {
          field,
          ...echo(field, at(input, issue.path)),
          allowed: issue.path.length === 0 && whole === 'body' ? 'a JSON object' : issue.message,
        });
    }
  }
  return [...faults.values()].slice(0, FAULTS_MAX);
}

const at = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce(
    (value: unknown, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
    input,
  );

/** The invalid value as the error may repeat it: no secret, and not much of it. */
function echo(field: string, value: unknown): { readonly value?: unknown } {
  if (field === 'password' || value === undefined) return {};
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return { value };
  if (typeof value === 'string') return { value: value.slice(0, ECHO_MAX) };
  return { value: Array.isArray(value) ? '(a list)' : '(an object)' };
}
