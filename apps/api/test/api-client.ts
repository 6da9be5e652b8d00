import { couponSchema, sessionSchema } from '@coupon/http-contract';

/** A response of the API; `body` is its parsed JSON, undefined where it has none. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

/** What a request carries besides its method and path. */
interface RequestParts {
  readonly token?: string;
  readonly json?: unknown;
  readonly body?: string | ReadableStream;
  readonly headers?: Record<string, string>;
}

/** Sends a request to one server. */
export type Call = (method: string, path: string, parts?: RequestParts) => Promise<ApiResponse>;

/** Calls the server at `url`, with a JSON body where `json` is given. */
export const apiClient =
  (url: string): Call =>
  async (method, path, { token, json, body, headers = {} } = {}) => {
    const allHeaders: Record<string, string> = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
    const content = json === undefined ? body : JSON.stringify(json);
    const response = await fetch(`${url}${path}`, {
      method,
      headers: allHeaders,
      ...(content === undefined ? {} : { body: content }),
      ...(content instanceof ReadableStream ? { duplex: 'half' } : {}),
    });
    const text = await response.text();
    const isJson =
      response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
    const parsed: unknown = isJson ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, text, body: parsed };
  };

/** An email and its password. */
interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Logs in, and resolves with the token. */
export async function logIn(call: Call, credentials: Credentials): Promise<string> {
  const { body } = await call('POST', '/api/v1/auth/login', { json: credentials });
  return sessionSchema.parse(body).token;
}

/** Signs up, and resolves with the token. */
export async function signUp(call: Call, credentials: Credentials): Promise<string> {
  const { body } = await call('POST', '/api/v1/auth/signup', { json: credentials });
  return sessionSchema.parse(body).token;
}

/** The body that creates a coupon of `totalQuantity`, open now. */
export const newCouponBody = (totalQuantity: number, fields: Record<string, unknown> = {}) => ({
  name: 'tea',
  totalQuantity,
  perUserLimit: null,
  opensAt: '2020-01-01T00:00:00+09:00',
  closesAt: '2090-01-01T00:00:00Z',
  ...fields,
});

/** Creates a coupon as the administrator of `token`, and resolves with its id. */
export async function createCoupon(
  call: Call,
  token: string,
  totalQuantity: number,
  fields: Record<string, unknown> = {},
): Promise<number> {
  const json = newCouponBody(totalQuantity, fields);
  return couponSchema.parse((await call('POST', '/api/v1/coupons', { token, json })).body).id;
}
