import { describe, expect, it } from '@jest/globals';
import { userId } from '@coupon/domain';
import type { Role, User } from './ports/user-directory.js';
import { SignUp } from './sign-up.js';

const tokens = {
  sign: (user: number, role: Role) =>
    Promise.resolve({ token: `token of ${role} ${user}`, expiresAtMs: 1_000 }),
};
const passwords = { hash: (password: string) => Promise.resolve(`hash of ${password}`) };

describe('SignUp', () => {
  it('adds a user, never an administrator, with a password hash, and logs them in', async () => {
    const added: User[] = [];
    const add = (email: string, passwordHash: string, role: Role) => {
      const user = { id: userId(7), email, passwordHash, role };
      added.push(user);
      return Promise.resolve(user);
    };
    const outcome = await new SignUp({ add }, passwords, tokens).signUp('a@example.org', 'secret');
    const user = {
      id: 7,
      email: 'a@example.org',
      passwordHash: 'hash of secret',
      role: 'user',
    };
    expect(added).toEqual([user]);
    expect(outcome).toEqual({
      kind: 'signed-up',
      session: { user, token: 'token of user 7', expiresAtMs: 1_000 },
    });
  });

  it('refuses an email that is taken', async () => {
    const add = () => Promise.resolve(null);
    expect(await new SignUp({ add }, passwords, tokens).signUp('a@example.org', 'secret')).toEqual({
      kind: 'refused',
      reason: 'EMAIL_TAKEN',
    });
  });
});
