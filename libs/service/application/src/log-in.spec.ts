import { describe, expect, it } from '@jest/globals';
import { userId } from '@coupon/domain';
import { LogIn } from './log-in.js';
import type { User } from './ports/user-directory.js';

const kim: User = { id: userId(7), email: 'kim@example.org', passwordHash: 'right', role: 'admin' };

const setUp = () => {
  const compared: (string | undefined)[] = [];
  const logIn = new LogIn(
    { findByEmail: (email) => Promise.resolve(email === kim.email ? kim : null) },
    {
      matches: (password, stored) => {
        compared.push(stored);
        return Promise.resolve(password === stored);
      },
    },
    { sign: (user, role) => Promise.resolve({ token: `${role} ${user}`, expiresAtMs: 1_000 }) },
  );
  return { logIn, compared };
};

describe('LogIn', () => {
  it("opens a session with the user's own role", async () => {
    expect(await setUp().logIn.logIn('kim@example.org', 'right')).toEqual({
      kind: 'logged-in',
      session: { user: kim, token: 'admin 7', expiresAtMs: 1_000 },
    });
  });

  it('refuses a wrong password and an unknown email alike, with one hash for each', async () => {
    const { logIn, compared } = setUp();
    const refused = { kind: 'refused', reason: 'UNAUTHENTICATED' };
    expect(await logIn.logIn('kim@example.org', 'wrong')).toEqual(refused);
    expect(await logIn.logIn('lee@example.org', 'right')).toEqual(refused);
    expect(compared).toEqual(['right', undefined]);
  });
});
