import { check, fail, sleep } from 'k6';
import http, { type RefinedResponse } from 'k6/http';
import type { LoadProfile } from './load-profile.ts';

/** Provided by k6, but missing in its types. */
declare const console: { log(line: string): void };

/** What setup() passes to every user: as in the original, all share the token of one login. */
export interface Ticket {
  readonly token: string;
  /** The id of the user that logged in; the history names it with each claim. */
  readonly userId: number;
  readonly couponId: number;
}

type Session = Pick<Ticket, 'token' | 'userId'>;

/** One service, or several instances separated by commas, of which each user uses one. */
const baseUrls = (__ENV.BASE_URL ?? 'http://127.0.0.1:3000').split(',');
const baseUrl = (): string => baseUrls[__VU % baseUrls.length] ?? fail('BASE_URL names no service');
const json = { 'Content-Type': 'application/json' };

/** Failures are logged, as in the original, but only the first few of each user. */
const FAILURES_LOGGED_PER_USER_MAX = 2;
let failuresLogged = 0;

interface Answer {
  readonly token?: string;
  readonly id?: number;
  readonly user?: { readonly id?: number };
  readonly ordinal?: number;
  readonly reason?: string;
}

const bodyOf = (response: RefinedResponse<'text'>): Answer => {
  const isJson = (response.headers['Content-Type'] ?? '').startsWith('application/json');
  const body: unknown = isJson && response.body ? JSON.parse(response.body) : {};
  return typeof body === 'object' && body !== null ? body : {};
};

const post = (path: string, body: object, headers: Record<string, string>) =>
  http.post(`${baseUrl()}${path}`, JSON.stringify(body), { headers, responseType: 'text' });

const loginAs = (email: string, password: string): Session => {
  const response = post('/api/v1/auth/login', { email, password }, json);
  check(response, { 'login success': (answer) => answer.status === 200 });
  const { token, user } = bodyOf(response);
  return token === undefined || user?.id === undefined
    ? fail(`login of ${email} failed with ${response.status}: ${response.body}`)
    : { token, userId: user.id };
};

const signUp = (): Session => {
  const email = `k6-${uuid()}@example.org`;
  const password = uuid();
  post('/api/v1/auth/signup', { email, password }, json);
  return loginAs(email, password);
};

const createCoupon = (profile: LoadProfile): number => {
  const { ADMIN_EMAIL, ADMIN_PASSWORD } = __ENV;
  if (!ADMIN_EMAIL || !ADMIN_PASSWORD)
    return fail('set COUPON_ID, or ADMIN_EMAIL and ADMIN_PASSWORD to create a coupon');
  const { token } = loginAs(ADMIN_EMAIL, ADMIN_PASSWORD);
  const timeIn = (offsetMs: number): string => new Date(Date.now() + offsetMs).toISOString();
  const coupon = {
    name: `k6 ${profile.name}`,
    totalQuantity: profile.totalQuantity,
    perUserLimit: null,
    opensAt: timeIn(-60_000),
    closesAt: timeIn(86_400_000),
  };
  const response = post('/api/v1/coupons', coupon, { ...json, Authorization: `Bearer ${token}` });
  return (
    bodyOf(response).id ??
    fail(`creating a coupon failed with ${response.status}: ${response.body}`)
  );
};

/**
 * Logs in once, as EMAIL with PASSWORD or as a new user, and finds the coupon: COUPON_ID, or a new
 * one created by the administrator.
 */
export function prepare(profile: LoadProfile): Ticket {
  const { EMAIL, PASSWORD, COUPON_ID } = __ENV;
  const session = EMAIL && PASSWORD ? loginAs(EMAIL, PASSWORD) : signUp();
  return { ...session, couponId: COUPON_ID ? Number(COUPON_ID) : createCoupon(profile) };
}

/** Makes a claim under a fresh claim id, writes a line of history, then pauses for `thinkMs`. */
export function claimOnce({ token, userId, couponId }: Ticket, thinkMs: number): void {
  const claimId = uuid();
  const startMs = Date.now();
  const headers = { Authorization: `Bearer ${token}`, 'Idempotency-Key': claimId };
  const response = http.post(`${baseUrl()}/api/v1/coupons/${couponId}/issue`, null, {
    headers,
    responseType: 'text',
    timeout: '60s',
    tags: { name: 'issue' },
  });
  const endMs = Date.now();
  check(response, { 'status is 200': (answer) => answer.status === 200 });
  const { ordinal = null, reason = null } = bodyOf(response);
  console.log(
    JSON.stringify({
      kind: 'claim',
      claimId,
      userId,
      startMs,
      endMs,
      status: response.status,
      reason,
      ordinal,
    }),
  );
  if (response.status !== 200 && failuresLogged < FAILURES_LOGGED_PER_USER_MAX) {
    failuresLogged += 1;
    console.log(
      JSON.stringify({
        kind: 'failure',
        text:
          `Issue failed: status ${response.status}, ` +
          `body ${response.status === 0 ? response.error : response.body}`,
      }),
    );
  }
  sleep(thinkMs / 1000);
}

/** A random (version 4) UUID: k6 has no randomUUID outside its browser module. */
function uuid(): string {
  const hex = (digits: number) =>
    Math.floor(Math.random() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(6)}${hex(6)}`;
}

/** Writes k6's summary as JSON to SUMMARY_PATH, if set, and its checks to standard output. */
export function summarize(data: {
  readonly metrics: Record<string, { readonly values: Record<string, number> }>;
}): Record<string, string> {
  const checks = data.metrics['checks']?.values ?? {};
  const requests = data.metrics['http_reqs']?.values ?? {};
  const line =
    `${requests['count'] ?? 0} requests, ${(requests['rate'] ?? 0).toFixed(1)}/s, ` +
    `checks passed ${checks['passes'] ?? 0}, failed ${checks['fails'] ?? 0}\n`;
  const { SUMMARY_PATH } = __ENV;
  return SUMMARY_PATH ? { [SUMMARY_PATH]: JSON.stringify(data), stdout: line } : { stdout: line };
}
