import type { User, UserDirectory } from '@coupon/application';
import { credentialsSchema, type SessionBody } from '@coupon/http-contract';
import type { Response } from 'express';
import { answer } from '../answers.js';
import type { Authentication } from '../authentication.js';
import { RequestProblem } from '../errors.js';
import type { Passwords } from '../passwords.js';
import { jsonBody, validated } from '../validation.js';
import type { Route } from './route.js';

/** What signing up and logging in need. */
export interface AuthRouteNeeds {
  readonly users: UserDirectory;
  readonly passwords: Passwords;
  readonly authentication: Authentication;
}

/** POST /api/v1/auth/signup and /login: both answer with a token. */
export function authRoutes({ users, passwords, authentication }: AuthRouteNeeds): readonly Route[] {
  const welcome = async (res: Response, code: number, { id, email, role }: User): Promise<void> => {
    const { token, expiresAtMs } = await authentication.sign(id, role);
    const body: SessionBody = {
      token,
      expiresAt: new Date(expiresAtMs).toISOString(),
      user: { id, email, role },
    };
    res.setHeader('Cache-Control', 'no-store');
    answer(res, code, body);
  };
  return [
    {
      path: '/api/v1/auth/signup',
      post: [
        ...jsonBody,
        async (req, res) => {
          const { email, password } = validated(credentialsSchema, req.body, 'body');
          const user = await users.add(email, await passwords.hash(password), 'user');
          if (user === null) throw new RequestProblem('EMAIL_TAKEN');
          await welcome(res, 201, user);
        },
      ],
    },
    {
      path: '/api/v1/auth/login',
      post: [
        ...jsonBody,
        async (req, res) => {
          const { email, password } = validated(credentialsSchema, req.body, 'body');
          const user = await users.findByEmail(email);
          const right = await passwords.matches(password, user?.passwordHash);
          if (user === null || !right) throw new RequestProblem('UNAUTHENTICATED');
          await welcome(res, 200, user);
        },
      ],
    },
  ];
}
