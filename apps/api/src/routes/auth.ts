import type { LogIn, Session, SignUp } from '@coupon/application';
import { credentialsSchema, type SessionBody } from '@coupon/http-contract';
import type { Response } from 'express';
import { RequestError } from '../errors.js';
import { sendJson } from '../responses.js';
import { jsonBody, parseInput } from '../validation.js';
import type { Route } from './route.js';

/** What signing up and logging in depend on. */
export interface AuthRouteDeps {
  readonly signUp: Pick<SignUp, 'signUp'>;
  readonly logIn: Pick<LogIn, 'logIn'>;
}

/** POST /api/v1/auth/signup and /login: both respond with a token. */
export function authRoutes({ signUp, logIn }: AuthRouteDeps): readonly Route[] {
  return [
    {
      path: '/api/v1/auth/signup',
      post: [
        ...jsonBody,
        async (req, res) => {
          const { email, password } = parseInput(credentialsSchema, req.body, 'body');
          const outcome = await signUp.signUp(email, password);
          if (outcome.kind === 'refused') throw new RequestError(outcome.reason);
          sendSession(res, 201, outcome.session);
        },
      ],
    },
    {
      path: '/api/v1/auth/login',
      post: [
        ...jsonBody,
        async (req, res) => {
          const { email, password } = parseInput(credentialsSchema, req.body, 'body');
          const outcome = await logIn.logIn(email, password);
          if (outcome.kind === 'refused') throw new RequestError('WRONG_CREDENTIALS');
          sendSession(res, 200, outcome.session);
        },
      ],
    },
  ];
}

function sendSession(res: Response, code: number, { user, token, expiresAtMs }: Session): void {
  const body: SessionBody = {
    token,
    expiresAt: new Date(expiresAtMs).toISOString(),
    user: { id: user.id, email: user.email, role: user.role },
  };
  res.setHeader('Cache-Control', 'no-store');
  sendJson(res, code, body);
}
