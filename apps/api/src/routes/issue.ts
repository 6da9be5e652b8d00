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
import { answerProblem, answerText, isoTime } from '../answers.js';
import type { Authentication } from '../authentication.js';
import type { Drain } from '../drain.js';
import { problemOfNoVerdict, problems, RequestProblem, type ProblemName } from '../errors.js';
import { bodyWithinLimit, couponIdOf } from '../validation.js';
import { newClaimId } from './claim-ids.js';
import type { Route } from './route.js';

/** What the issue route needs. */
export interface IssueRouteNeeds {
  readonly authentication: Authentication;
  readonly issueCoupon: Pick<IssueCoupon, 'issue'>;
  readonly clock: Clock;
  /** Counts each outcome by its reason; `ISSUED` and `REPLAYED` for the 200s. */
  readonly outcomes: Counters;
  readonly drain: Pick<Drain, 'draining' | 'claimBegins' | 'claimEnds'>;
  readonly issueDeadlineMs: number;
}

/**
 * POST /api/v1/coupons/:id/issue, the hot path: no body, no log line, no Express helper on the way
 * of a success.
 */
export function issueRoutes(needs: IssueRouteNeeds): readonly Route[] {
  return [{ path: '/api/v1/coupons/:id/issue', post: [issueHandler(needs)] }];
}

function issueHandler({
  authentication,
  issueCoupon,
  clock,
  outcomes,
  drain,
  issueDeadlineMs,
}: IssueRouteNeeds): RequestHandler {
  return async (req, res) => {
    const { authorization } = req.headers;
    const { user } =
      authentication.known(authorization) ?? (await authentication.identify(authorization));
    const id = couponIdOf(req);
    const key = keyOf(req.headers['idempotency-key']);
    const body = bodyWithinLimit(req);
    if (body !== null) await body;

    // A client that goes away does not stop what is being recorded: its next try with the same key
    // finds the outcome.
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
    const problem = problemOf(outcome);
    if (problem !== null) {
      outcomes.count(problems[problem].reason);
      answerProblem(req, res, problem);
    } else if (!(outcome instanceof NoVerdict) && outcome.kind === 'granted') {
      outcomes.count(outcome.replayed ? 'REPLAYED' : 'ISSUED');
      answerText(res, 200, issuedJson(outcome));
    }
  };
}

/**
 * An IssuedBody as JSON. Numbers, a UUID and a time need no escaping, and the hot path no generic
 * serialisation.
 */
const issuedJson = ({
  couponId,
  ordinal,
  claimId: id,
  issuedAtMs,
}: IssueOutcome & { readonly kind: 'granted' }): string =>
  `{"couponId":${couponId},"ordinal":${ordinal},"claimId":"${id}","issuedAt":"${isoTime(issuedAtMs)}"}`;

const problemOf = (outcome: IssueOutcome | NoVerdict): ProblemName | null => {
  if (outcome instanceof NoVerdict) return problemOfNoVerdict[outcome.kind];
  return outcome.kind === 'refused' ? outcome.reason : null;
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The client's own key, which becomes the claim's id. Throws RequestProblem when it is no UUID. */
function keyOf(header: string | string[] | undefined): ClaimId | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && uuid.test(header)) return claimId(header);
  throw new RequestProblem('INVALID_REQUEST', [
    {
      field: 'Idempotency-Key',
      value: String(header).slice(0, 100),
      allowed: 'a UUID, such as 8d0f6f0e-4a55-4c3d-9f0a-3f7a1f3f5d11',
    },
  ]);
}
