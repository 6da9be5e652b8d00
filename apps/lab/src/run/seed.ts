import { randomUUID } from 'node:crypto';
import type { ApiProcess } from '@coupon/api-process';
import { couponSchema, sessionSchema } from '@coupon/http-contract';
import type { z } from 'zod';
import { UserError } from './user-error.js';

/** The coupon and the user of a seeded service. */
export interface Seed {
  readonly couponId: number;
  readonly email: string;
  readonly password: string;
}

/** Posts JSON and parses the answer by `schema`. Throws UserError when the status is not 2xx. */
export async function post<Schema extends z.ZodType>(
  url: string,
  body: object,
  schema: Schema,
  token?: string,
): Promise<z.infer<Schema>> {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (!response.ok) throw new UserError(`POST ${url} answered ${response.status}: ${text}`);
  return schema.parse(JSON.parse(text));
}

/** Creates a coupon that is open for a day, with an administrator's token. Resolves with its id. */
export async function createCoupon(
  url: string,
  token: string,
  name: string,
  totalQuantity: number,
): Promise<number> {
  const [opensAt, closesAt] = [-60_000, 86_400_000].map((offsetMs) =>
    new Date(Date.now() + offsetMs).toISOString(),
  );
  const { id } = await post(
    `${url}/api/v1/coupons`,
    { name, totalQuantity, perUserLimit: null, opensAt, closesAt },
    couponSchema,
    token,
  );
  return id;
}

/** Creates a coupon and a user through the service's API. Throws UserError when it refuses. */
export async function seed(
  { url, admin }: ApiProcess,
  name: string,
  totalQuantity: number,
): Promise<Seed> {
  const { token } = await post(`${url}/api/v1/auth/login`, admin, sessionSchema);
  const couponId = await createCoupon(url, token, name, totalQuantity);
  const user = { email: `runner-${randomUUID()}@example.org`, password: randomUUID() };
  await post(`${url}/api/v1/auth/signup`, user, sessionSchema);
  return { couponId, ...user };
}
