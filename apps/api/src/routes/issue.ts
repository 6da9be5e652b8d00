import {
  NoVerdict,
  RequestDeadline,
  type Clock,
  type Counters,
  type IssueCoupon,
  type IssueOutcome,
} from '@coupon/application';
import { claimId, type ClaimId } from '@coupon/domain';
import type { RequestHandler } from 'express';
import { sendError, sendRawJson, isoTime } from '../responses.js';
import type { Authentication } from '../authentication.js';
import type { Drain } from '../drain.js';
import { errorOfNoVerdict, errorResponses, RequestError, type ErrorName } from '../errors.js';
import { bodyWithinLimit, couponIdOf } from '../validation.js';
import { newClaimId } from './new-claim-id.js';
import type { Route } from './route.js';

/** What the issue route depends on. */
export interface IssueRouteDeps {
  readonly authentication: Authentication;
  readonly issueCoupon: Pick<IssueCoupon, 'issue'>;
  readonly clock: Clock;
  /** Counts outcomes by their reason; `ISSUED` and `REPLAYED` for the 200s. */
  readonly outcomes: Counters;
  readonly drain: Pick<Drain, 'draining' | 'claimBegins' | 'claimEnds'>;
  readonly issueDeadlineMs: number;
}

/**
 * POST /api/v1/coupons/:id/issue, the hot path: a success needs no body, no log line and no Express
 * helper.
 */
export function issueRoutes(deps: IssueRouteDeps): readonly Route[] {
  return [{ path: '/api/v1/coupons/:id/issue', post: [issueHandler(deps)] }];
}

function issueHandler({
  authentication,
  issueCoupon,
  clock,
  outcomes,
  drain,
  issueDeadlineMs,
}: IssueRouteDeps): RequestHandler {
  return async (req, res) => {
    const { authorization } = req.headers;
    const { user } =
      authentication.known(authorization) ?? (await authentication.identify(authorization));
    const id = couponIdOf(req);
    const key = keyOf(req.headers['idempotency-key']);
    const body = bodyWithinLimit(req);
    if (body !== null) await body;

    // A client that disconnects does not stop its claim: a retry with the same key gets the
    // outcome.
    const deadline = new RequestDeadline(clock, issueDeadlineMs);
    let outcome: IssueOutcome | NoVerdict;
    drain.claimBegins();
    try {
      outcome = await issueCoupon.issue(
        {
          couponId: id,
          user,
          claimId: key ?? newClaimId(clock.nowMs()),
          hasIdempotencyKey: key !== undefined,
        },
        deadline,
      );
    } catch (error) {
      if (!(error instanceof NoVerdict)) throw error;
      outcome = error;
    } finally {
      drain.claimEnds();
      deadline[Symbol.dispose]();
    }
    if (drain.draining) res.shouldKeepAlive = false;
    const error = errorOf(outcome);
    if (error !== null) {
      outcomes.count(errorResponses[error].reason);
      // The error handler also logs it: an operator has to mend the coupon.
      if (outcome instanceof NoVerdict && outcome.kind === 'inconsistent') throw outcome;
      sendError(req, res, error);
    } else if (!(outcome instanceof NoVerdict) && outcome.kind === 'granted') {
      outcomes.count(outcome.replayed ? 'REPLAYED' : 'ISSUED');
      sendRawJson(res, 200, issuedJson(outcome));
    }
  };
}

/**
 * An IssuedBody as JSON. Numbers, a UUID and a time need no escaping, and the hot path no generic
 * formatting.
 */
const issuedJson = ({
  couponId,
  ordinal,
  claimId: id,
  issuedAtMs,
}: IssueOutcome & { readonly kind: 'granted' }): string =>
  `{"couponId":${couponId},"ordinal":${ordinal},"claimId":"${id}",` +
  `"issuedAt":"${isoTime(issuedAtMs)}"}`;

const errorOf = (outcome: IssueOutcome | NoVerdict): ErrorName | null => {
  if (outcome instanceof NoVerdict) return errorOfNoVerdict[outcome.kind];
  return outcome.kind === 'refused' ? outcome.reason : null;
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The client's own key, which becomes the claim's id. Throws RequestError when it is not a UUID.
 */
function keyOf(header: string | string[] | undefined): ClaimId | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && uuid.test(header)) return claimId(header);
  throw new RequestError('INVALID_REQUEST', [
    {
      field: 'Idempotency-Key',
      value: String(header).slice(0, 100),
      allowed: 'a UUID, such as 8d0f6f0e-4a55-4c3d-9f0a-3f7a1f3f5d11',
    },
  ]);
}
